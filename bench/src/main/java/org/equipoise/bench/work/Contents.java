package org.equipoise.bench.work;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;

/** Random contents that are the same in every JVM. Padding lanes stay zero, as they do in the engine. */
final class Contents {
    private static final long SEED = 20240503;
    /** Share of the neurons that are expected to fire, whichever deviate. */
    private static final double EXPECTED = 0.3;

    private final SplittableRandom random = new SplittableRandom(SEED);

    /** Anything in [-bound, bound). */
    void fill(MemorySegment floats, float bound) {
        long count = floats.byteSize() / Float.BYTES;
        for (long i = 0; i < count; i++) {
            floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, bound * (2 * random.nextFloat() - 1));
        }
    }

    /** Values in [least, most) of the neurons there really are. */
    void fill(FloatTensor tensor, float least, float most) {
        tensor.segment().fill((byte) 0);
        LayerLayout layout = tensor.layout();
        for (int image = 0; image < tensor.images(); image++) {
            for (int position = 0; position < layout.positions(); position++) {
                for (int channel = 0; channel < layout.channels(); channel++) {
                    tensor.set(image, layout.index(position, channel), least + (most - least) * random.nextFloat());
                }
            }
        }
    }

    /** States as clipping leaves them: about half of them zero, the others up to 1. */
    void fillStates(FloatTensor tensor) {
        fill(tensor, -1f, 1f);
        long count = tensor.segment().byteSize() / Float.BYTES;
        for (long i = 0; i < count; i++) {
            float value = tensor.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            tensor.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, Math.max(0f, value));
        }
    }

    /** Each neuron differs from what was expected of it with a probability of {@code rate}, on its own. */
    void fill(SpikeDifference sent, double rate) {
        LayerLayout layout = sent.layout();
        sent.spikes().segment().fill((byte) 0);
        sent.expected().segment().fill((byte) 0);
        for (int image = 0; image < sent.spikes().images(); image++) {
            for (int position = 0; position < layout.positions(); position++) {
                for (int channel = 0; channel < layout.channels(); channel++) {
                    boolean expected = random.nextDouble() < EXPECTED;
                    boolean differs = random.nextDouble() < rate;
                    sent.expected().set(image, layout.index(position, channel), expected);
                    sent.spikes().set(image, layout.index(position, channel), expected != differs);
                }
            }
        }
    }
}

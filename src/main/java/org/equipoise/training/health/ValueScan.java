package org.equipoise.training.health;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;

/**
 * Counts what kinds of values there are. It looks once a batch at what hundreds of steps have computed, so plain code serves; counts
 * are whole numbers and so the same on every machine. One object is used again and again.
 */
final class ValueScan {
    /** Magnitude from which a value counts as too large: activations lie in [0, 1], and weights are of that order. */
    static final float LARGEST = 1e6f;

    /** Magnitude up to which an activation counts as none. */
    static final float REST = 1e-3f;

    /** Magnitude from which an activation counts as the most there is. */
    static final float FULL = 1 - 1e-3f;

    private long values;
    private long active;
    private long full;
    private boolean wild;
    private float firstWild;

    /** Forgets everything. */
    void reset() {
        values = 0;
        active = 0;
        full = 0;
        wild = false;
        firstWild = 0;
    }

    /**
     * Looks at the neurons of a layer, without padding.
     *
     * @param tensor one value a neuron
     * @param images how many images, from the first
     */
    void addNeurons(FloatTensor tensor, int images) {
        LayerLayout layout = tensor.layout();
        for (int image = 0; image < images; image++) {
            for (int position = 0; position < layout.positions(); position++) {
                long offset = tensor.imageOffset(image) + (long) layout.index(position, 0) * Float.BYTES;
                add(tensor.segment(), offset, layout.channels());
            }
        }
    }

    /**
     * Looks at values that lie one after the other.
     *
     * @param segment float32
     * @param offset byte offset of the first
     * @param count how many
     */
    void add(MemorySegment segment, long offset, long count) {
        long activeHere = 0;
        long fullHere = 0;
        for (long i = 0; i < count; i++) {
            float value = segment.get(ValueLayout.JAVA_FLOAT, offset + i * Float.BYTES);
            float magnitude = Math.abs(value);
            activeHere += magnitude > REST ? 1 : 0;
            fullHere += magnitude >= FULL ? 1 : 0;
            // Written so that NaN counts too.
            if (!(magnitude <= LARGEST) && !wild) {
                wild = true;
                firstWild = value;
            }
        }
        values += count;
        active += activeHere;
        full += fullHere;
    }

    /** {@return whether there was a value that is too large, infinite or no number} */
    boolean wild() {
        return wild;
    }

    /** {@return the first such value} */
    float firstWild() {
        return firstWild;
    }

    /** {@return how many values there were} */
    long values() {
        return values;
    }

    /** {@return how many of them were above rest} */
    long active() {
        return active;
    }

    /** {@return how many of them were as large as activations can be} */
    long full() {
        return full;
    }

    /** {@return whether no value was above rest} */
    boolean silent() {
        return active == 0;
    }

    /** {@return values that are as large as activations can be, of a hundred} */
    double fullPercent() {
        return values == 0 ? 0 : 100.0 * full / values;
    }
}

package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.tensor.Events;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;

/** The specification of {@link SynapseKernels}: plain loops over positions, taps and neurons. */
final class ScalarSynapseKernels implements SynapseKernels {
    /** What a neuron sends: a factor, or zero for nothing. */
    private interface Sent {
        float by(int image, int neuron);
    }

    @Override
    public void decode(SpikeTensor spikes, SpikeTensor reference, Events events, int images) {
        list(events, images, (image, neuron) -> {
            int sent = spikes.get(image, neuron) ? 1 : 0;
            int expected = reference.get(image, neuron) ? 1 : 0;
            return sent - expected;
        });
    }

    @Override
    public void decodeStates(FloatTensor states, Events events, int images) {
        list(events, images, states::get);
    }

    private static void list(Events events, int images, Sent sent) {
        LayerLayout layout = events.layout();
        for (int image = 0; image < images; image++) {
            int count = 0;
            for (int position = 0; position < layout.positions(); position++) {
                setStart(events, image, position, count);
                for (int channel = 0; channel < layout.channelStride(); channel++) {
                    int neuron = layout.index(position, channel);
                    float factor = sent.by(image, neuron);
                    if (factor != 0f) {
                        long offset = events.entriesOffset(image) + (long) count * Integer.BYTES;
                        events.indices().set(ValueLayout.JAVA_INT, offset, neuron);
                        events.factors().set(ValueLayout.JAVA_FLOAT, offset, factor);
                        count++;
                    }
                }
            }
            setStart(events, image, layout.positions(), count);
        }
    }

    private static void setStart(Events events, int image, int position, int count) {
        events.starts().set(ValueLayout.JAVA_INT, events.startsOffset(image) + (long) position * Integer.BYTES, count);
    }

    @Override
    public void addForward(
            ConvolutionGeometry geometry,
            Events source,
            WeightBlocks weights,
            FloatTensor from,
            FloatTensor to,
            int images) {
        LayerLayout target = geometry.target();
        to.copyFrom(0, from, 0, images);
        for (int image = 0; image < images; image++) {
            for (int y = 0; y < target.height(); y++) {
                for (int x = 0; x < target.width(); x++) {
                    for (int tap = 0; tap < geometry.taps(); tap++) {
                        int position = geometry.sourcePosition(y, x, tap);
                        addRows(source, position, weights, tap, to, y * target.width() + x, image);
                    }
                }
            }
        }
    }

    @Override
    public void addBackward(
            ConvolutionGeometry geometry, Events target, WeightBlocks weights, FloatTensor current, int images) {
        LayerLayout layout = geometry.target();
        for (int image = 0; image < images; image++) {
            for (int tap = 0; tap < geometry.taps(); tap++) {
                for (int y = 0; y < layout.height(); y++) {
                    for (int x = 0; x < layout.width(); x++) {
                        int position = geometry.sourcePosition(y, x, tap);
                        if (position >= 0) {
                            addRows(target, y * layout.width() + x, weights, tap, current, position, image);
                        }
                    }
                }
            }
        }
    }

    /** Adds the rows of one tap for the events of one sending position to one receiving position. */
    private static void addRows(
            Events events, int sender, WeightBlocks weights, int tap, FloatTensor sums, int receiver, int image) {
        if (sender < 0) {
            return;
        }
        int channels = events.layout().channelStride();
        int to = sums.layout().index(receiver, 0);
        for (int entry = events.start(image, sender); entry < events.start(image, sender + 1); entry++) {
            int row = tap * channels
                    + events.index(image, entry)
                    - events.layout().index(sender, 0);
            addRow(weights, row, events.factor(image, entry), sums, image, to);
        }
    }

    private static void addRow(WeightBlocks weights, int row, float factor, FloatTensor current, int image, int to) {
        MemorySegment sums = current.segment();
        long first = current.imageOffset(image) / Float.BYTES + to;
        for (int block = 0; block < weights.blocks(); block++) {
            int lanes = weights.blockLanes(block);
            long weight = weights.blockOffset(block) / Float.BYTES + (long) row * lanes;
            long sum = first + (long) block * WeightBlocks.BLOCK_LANES;
            for (int lane = 0; lane < lanes; lane++) {
                float w = Floats.get(weights.segment(), weight + lane);
                Floats.set(sums, sum + lane, Math.fma(factor, w, Floats.get(sums, sum + lane)));
            }
        }
    }
}

package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.random.Cases;
import org.equipoise.random.CounterRandom;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeEvents;
import org.equipoise.tensor.SpikeTensor;

/** Windows of primes and of sizes around those of vectors and blocks, and memory filled with values that any slip would change. */
final class KernelShapes {
    static final int MAX_IMAGES = 9;

    private static final int[] CHANNELS = {1, 3, 15, 16, 17, 31, 33, 63, 64, 65, 127, 130};
    private static final int RANDOM_SHAPES = 60;
    private static final long ALIGNMENT = 64;

    private final CounterRandom random;
    private long drawn;

    KernelShapes(long seed) {
        this.random = new CounterRandom(seed, 5);
    }

    /**
     * One shape.
     *
     * @param geometry the window
     * @param images how many images
     */
    record Shape(ConvolutionGeometry geometry, int images) {
        @Override
        public String toString() {
            return geometry.source().channels() + "×" + geometry.source().height() + "×"
                    + geometry.source().width()
                    + " (stride " + geometry.source().channelStride() + ") to "
                    + geometry.target().channels() + "×" + geometry.target().height() + "×"
                    + geometry.target().width()
                    + ", kernel " + geometry.kernelHeight() + "×" + geometry.kernelWidth() + ", stride "
                    + geometry.stride() + ", padding " + geometry.padding() + ", " + images + " images";
        }
    }

    /** Every number of channels on either side, then shapes at random, an image below or a layer of neurons. */
    static Stream<Shape> all() {
        KernelShapes shapes = new KernelShapes(11);
        List<Shape> all = new ArrayList<>();
        for (int channels : CHANNELS) {
            all.add(shapes.convolution(channels, 17));
            all.add(shapes.convolution(3, channels));
            all.add(shapes.linear(channels, 33));
            all.add(shapes.linear(5, channels));
        }
        for (int i = 0; i < RANDOM_SHAPES; i++) {
            all.add(shapes.convolution(shapes.channels(), shapes.channels()));
            all.add(shapes.linear(shapes.channels(), shapes.channels()));
        }
        return Cases.of(all);
    }

    int between(int least, int most) {
        return least + random.below(most - least + 1, drawn++);
    }

    private int channels() {
        return CHANNELS[between(0, CHANNELS.length - 1)];
    }

    private LayerLayout source(int channels, int height, int width) {
        return between(0, 1) == 0
                ? LayerLayout.ofImage(channels, height, width)
                : LayerLayout.ofNeurons(channels, height, width);
    }

    private Shape convolution(int from, int to) {
        int kernel = between(1, 7);
        int stride = between(1, 3);
        int padding = between(0, kernel - 1);
        int height = between(Math.max(1, kernel - 2 * padding), 13);
        int width = between(Math.max(1, kernel - 2 * padding), 13);
        LayerLayout target = LayerLayout.ofNeurons(
                to, (height + 2 * padding - kernel) / stride + 1, (width + 2 * padding - kernel) / stride + 1);
        ConvolutionGeometry geometry =
                new ConvolutionGeometry(source(from, height, width), target, kernel, kernel, stride, padding);
        return new Shape(geometry, between(1, MAX_IMAGES));
    }

    private Shape linear(int from, int to) {
        LayerLayout source = source(from, between(1, 7), between(1, 7));
        return new Shape(ConvolutionGeometry.linear(source, LayerLayout.ofNeurons(to, 1, 1)), between(1, MAX_IMAGES));
    }

    /** States of either sign, many of them zero. */
    FloatTensor states(Arena arena, LayerLayout layout, int images) {
        long floats = FloatTensor.floatsNeeded(layout, images);
        MemorySegment segment = arena.allocate(floats * Float.BYTES, ALIGNMENT);
        for (long i = 0; i < floats; i++) {
            float value = between(0, 2) == 0 ? 0f : value();
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        }
        return new FloatTensor(segment, layout, images);
    }

    /** Spikes and expectations that differ in about {@code percent} of the neurons, in none of the padding. */
    SpikeDifference spikes(Arena arena, LayerLayout layout, int images, int percent) {
        SpikeDifference difference = new SpikeDifference(
                spikes(arena, layout, images), spikes(arena, layout, images), events(arena, layout, images));
        for (int image = 0; image < images; image++) {
            for (int position = 0; position < layout.positions(); position++) {
                for (int channel = 0; channel < layout.channels(); channel++) {
                    boolean expected = between(0, 2) == 0;
                    boolean differs = between(0, 99) < percent;
                    int index = layout.index(position, channel);
                    difference.expected().set(image, index, expected);
                    difference.spikes().set(image, index, expected != differs);
                }
            }
        }
        return difference;
    }

    private static SpikeTensor spikes(Arena arena, LayerLayout layout, int images) {
        long words = SpikeTensor.wordsNeeded(layout, images);
        return new SpikeTensor(arena.allocate(words * Long.BYTES, ALIGNMENT), layout, images);
    }

    static SpikeEvents events(Arena arena, LayerLayout layout, int images) {
        return new SpikeEvents(
                arena.allocate(SpikeEvents.numbersNeeded(layout, images) * Integer.BYTES, ALIGNMENT),
                arena.allocate(SpikeEvents.startsNeeded(layout, images) * Integer.BYTES, ALIGNMENT));
    }

    WeightBlocks weights(Arena arena, int rows, int lanes) {
        long floats = WeightBlocks.weightsNeeded(rows, lanes);
        MemorySegment segment = arena.allocate(floats * Float.BYTES, ALIGNMENT);
        for (long i = 0; i < floats; i++) {
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, value());
        }
        return new WeightBlocks(segment, rows, lanes);
    }

    private float value() {
        return between(-1 << 23, 1 << 23) / 12345678f;
    }

    static FloatTensor copy(Arena arena, FloatTensor tensor) {
        return new FloatTensor(copy(arena, tensor.segment()), tensor.layout(), tensor.images());
    }

    static WeightBlocks copy(Arena arena, WeightBlocks blocks) {
        return new WeightBlocks(copy(arena, blocks.segment()), blocks.rows(), blocks.lanes());
    }

    private static MemorySegment copy(Arena arena, MemorySegment segment) {
        return arena.allocate(segment.byteSize(), ALIGNMENT).copyFrom(segment);
    }

    /** Memory beyond the last element must not change either, so all of it is compared. */
    static void assertSameBits(MemorySegment expected, MemorySegment found) {
        assertEquals(-1, expected.mismatch(found), "the first byte that differs");
    }
}

package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Maximum pooling and its inverse: known values, adjoints, and the same bits with vectors as with scalar code. */
@Tag("kernels")
class PoolingKernelsTest {
    private static final int IMAGES = 3;
    private static final long ALIGNMENT = 64;

    private final PoolingKernels scalar = Kernels.scalar().pooling();
    private final PoolingKernels chosen = KernelSelection.ofThisJvm().kernels().pooling();

    static List<PoolingWindow> windows() {
        List<PoolingWindow> windows = new ArrayList<>();
        for (int channels : new int[] {1, 15, 16, 17, 31, 33, 64, 65, 130}) {
            for (int size : new int[] {1, 2, 3, 5}) {
                windows.add(window(channels, 2 * size + channels % size, 3 * size + size / 2, size));
            }
        }
        windows.add(window(3, 16, 17, 16));
        windows.add(window(70, 13, 5, 4));
        return windows;
    }

    private static PoolingWindow window(int channels, int height, int width, int size) {
        return new PoolingWindow(
                LayerLayout.ofNeurons(channels, height, width),
                LayerLayout.ofNeurons(channels, height / size, width / size),
                size);
    }

    /** A map, the current it is pooled to, and the winners, filled with whatever was there before. */
    private final class Memory implements AutoCloseable {
        final Arena arena = Arena.ofConfined();
        final KernelShapes shapes;
        final PoolingWindow window;
        final FloatTensor map;
        final FloatTensor layer;
        final SpikeTensor winners;

        Memory(PoolingWindow window) {
            this.window = window;
            this.shapes = new KernelShapes(window.hashCode());
            this.map = withTies(shapes.states(arena, window.convolved(), IMAGES));
            this.layer = shapes.states(arena, window.pooled(), IMAGES);
            this.winners = bits(window.convolved());
        }

        /** Some values are rounded so coarsely that windows have several equal maxima, among them zeros of either sign. */
        private FloatTensor withTies(FloatTensor tensor) {
            for (int image = 0; image < IMAGES; image++) {
                for (int i = 0; i < tensor.layout().paddedNeurons(); i++) {
                    if (shapes.between(0, 1) == 0) {
                        tensor.set(image, i, Math.round(2 * tensor.get(image, i)) / 2f * (i % 2 == 0 ? 1f : -1f));
                    }
                }
            }
            return tensor;
        }

        SpikeTensor bits(LayerLayout layout) {
            long bytes = SpikeTensor.wordsNeeded(layout, IMAGES) * Long.BYTES;
            return new SpikeTensor(arena.allocate(bytes, ALIGNMENT), layout, IMAGES);
        }

        SpikeTensor spikes(LayerLayout layout) {
            SpikeTensor spikes = bits(layout);
            for (int image = 0; image < IMAGES; image++) {
                for (int i = 0; i < layout.paddedNeurons(); i++) {
                    spikes.set(image, i, shapes.between(0, 1) == 0);
                }
            }
            return spikes;
        }

        SpikeTensor copy(SpikeTensor tensor) {
            MemorySegment copy = arena.allocate(tensor.segment().byteSize(), ALIGNMENT);
            return new SpikeTensor(copy.copyFrom(tensor.segment()), tensor.layout(), IMAGES);
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    @Tag("twin")
    @ParameterizedTest
    @MethodSource("windows")
    void maximaAreTheSame(PoolingWindow window) {
        try (Memory memory = new Memory(window)) {
            FloatTensor found = KernelShapes.copy(memory.arena, memory.layer);
            SpikeTensor foundWinners = memory.copy(memory.winners);
            scalar.addMaximum(window, memory.map, memory.layer, memory.winners, 1, IMAGES);
            chosen.addMaximum(window, memory.map, found, foundWinners, 1, IMAGES);
            KernelShapes.assertSameBits(memory.layer.segment(), found.segment());
            KernelShapes.assertSameBits(memory.winners.segment(), foundWinners.segment());

            scalar.addWinners(window, memory.map, memory.winners, memory.layer, 0, 2);
            chosen.addWinners(window, memory.map, memory.winners, found, 0, 2);
            KernelShapes.assertSameBits(memory.layer.segment(), found.segment());
        }
    }

    @Tag("twin")
    @ParameterizedTest
    @MethodSource("windows")
    void unpooledStatesAreTheSame(PoolingWindow window) {
        try (Memory memory = new Memory(window)) {
            scalar.addMaximum(window, memory.map, memory.layer, memory.winners, 0, IMAGES);
            int channels = window.pooled().channelStride();
            for (int firstLane = 0; firstLane < channels; firstLane += WeightBlocks.BLOCK_LANES) {
                int lanes = Math.min(WeightBlocks.BLOCK_LANES, channels - firstLane);
                LayerLayout layout = firstLane == 0
                        ? window.convolved()
                        : LayerLayout.ofNeurons(
                                lanes,
                                window.convolved().height(),
                                window.convolved().width());
                FloatTensor expected = memory.shapes.states(memory.arena, layout, IMAGES);
                FloatTensor found = KernelShapes.copy(memory.arena, expected);
                scalar.unpool(window, memory.layer, memory.winners, firstLane, expected, 1, IMAGES);
                chosen.unpool(window, memory.layer, memory.winners, firstLane, found, 1, IMAGES);
                KernelShapes.assertSameBits(expected.segment(), found.segment());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("windows")
    void unpooledSpikesAreTheSame(PoolingWindow window) {
        try (Memory memory = new Memory(window)) {
            scalar.addMaximum(window, memory.map, memory.layer, memory.winners, 0, IMAGES);
            SpikeTensor sent = memory.spikes(window.pooled());
            SpikeTensor expected = memory.spikes(window.convolved());
            SpikeTensor found = memory.copy(expected);
            scalar.unpool(window, sent, memory.winners, expected, 0, 2);
            chosen.unpool(window, sent, memory.winners, found, 0, 2);
            KernelShapes.assertSameBits(expected.segment(), found.segment());
            assertEquals(sent.count(2), found.count(2), "every spike arrives, at one member of its window");
        }
    }

    /** ⟨pool x, y⟩ = ⟨x, unpool y⟩ at the winners of x; whole numbers, so that both sums are exact. */
    @ParameterizedTest
    @MethodSource("windows")
    void unpoolingIsTheAdjoint(PoolingWindow window) {
        try (Memory memory = new Memory(window)) {
            round(memory.map);
            memory.layer.clear(IMAGES);
            chosen.addMaximum(window, memory.map, memory.layer, memory.winners, 0, IMAGES);
            FloatTensor again = memory.shapes.states(memory.arena, window.pooled(), IMAGES);
            again.clear(IMAGES);
            chosen.addWinners(window, memory.map, memory.winners, again, 0, IMAGES);
            KernelShapes.assertSameBits(memory.layer.segment(), again.segment());

            FloatTensor states = memory.shapes.states(memory.arena, window.pooled(), IMAGES);
            round(states);
            FloatTensor map = memory.shapes.states(memory.arena, window.convolved(), IMAGES);
            chosen.unpool(window, states, memory.winners, 0, map, 0, IMAGES);
            assertEquals(product(again, states), product(memory.map, map));
        }
    }

    private static void round(FloatTensor tensor) {
        for (int image = 0; image < IMAGES; image++) {
            for (int i = 0; i < tensor.layout().paddedNeurons(); i++) {
                tensor.set(image, i, Math.round(8 * tensor.get(image, i)));
            }
        }
    }

    private static double product(FloatTensor one, FloatTensor other) {
        double sum = 0;
        for (int image = 0; image < IMAGES; image++) {
            for (int i = 0; i < one.layout().paddedNeurons(); i++) {
                sum += (double) one.get(image, i) * other.get(image, i);
            }
        }
        return sum;
    }

    /** Two windows side by side; the last row and column are dropped. */
    @Test
    void theFirstOfEqualMaximaWins() {
        PoolingWindow window = window(1, 3, 5, 2);
        try (Memory memory = new Memory(window)) {
            float[] values = {
                -1, -2, 4, 4, 9, //
                -1, -3, 5, 5, 9, //
                9, 9, 9, 9, 9
            };
            for (int i = 0; i < values.length; i++) {
                memory.map.set(0, window.convolved().index(i, 0), values[i]);
            }
            memory.layer.clear(IMAGES);
            chosen.addMaximum(window, memory.map, memory.layer, memory.winners, 0, 1);
            assertEquals(-1f, memory.layer.get(0, window.pooled().index(0, 0)));
            assertEquals(5f, memory.layer.get(0, window.pooled().index(1, 0)));
            for (int i = 0; i < values.length; i++) {
                boolean expected = i == 0 || i == 7;
                assertEquals(expected, memory.winners.get(0, window.convolved().index(i, 0)), "position " + i);
            }
        }
    }

    @Test
    void windowsThatDoNotFitAreRefused() {
        LayerLayout map = LayerLayout.ofNeurons(3, 5, 5);
        assertThrows(IllegalArgumentException.class, () -> new PoolingWindow(map, LayerLayout.ofNeurons(3, 3, 2), 2));
        assertThrows(IllegalArgumentException.class, () -> new PoolingWindow(map, LayerLayout.ofNeurons(17, 2, 2), 2));
    }
}

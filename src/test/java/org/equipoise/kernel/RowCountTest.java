package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.stream.Stream;
import org.equipoise.kernel.KernelShapes.Shape;
import org.equipoise.random.CounterRandom;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeTensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows counted by whole words are those that a walk over every window, tap and neuron meets. */
class RowCountTest {
    static Stream<Shape> shapes() {
        return KernelShapes.all();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void meetsEveryRow(Shape shape) {
        ConvolutionGeometry geometry = shape.geometry();
        int first = shape.images() / 2;
        int end = shape.images();
        try (Arena arena = Arena.ofConfined()) {
            SpikeDifference below = spikes(arena, geometry.source(), end, 1);
            SpikeDifference above = spikes(arena, geometry.target(), end, 2);
            long forward = 0;
            long backward = 0;
            for (int image = first; image < end; image++) {
                for (int y = 0; y < geometry.target().height(); y++) {
                    for (int x = 0; x < geometry.target().width(); x++) {
                        for (int tap = 0; tap < geometry.taps(); tap++) {
                            int source = geometry.sourcePosition(y, x, tap);
                            if (source >= 0) {
                                forward += below.count(image, source);
                                backward +=
                                        above.count(image, y * geometry.target().width() + x);
                            }
                        }
                    }
                }
            }
            assertEquals(forward, RowCount.of(geometry, true).rows(below, first, end));
            assertEquals(backward, RowCount.of(geometry, false).rows(above, first, end));
            assertEquals(spikes(below, first, end), RowCount.spikes(below, first, end));
        }
    }

    private static long spikes(SpikeDifference sent, int first, int end) {
        long spikes = 0;
        for (int image = first; image < end; image++) {
            for (int position = 0; position < sent.layout().positions(); position++) {
                spikes += sent.count(image, position);
            }
        }
        return spikes;
    }

    private static SpikeDifference spikes(Arena arena, LayerLayout layout, int images, int seed) {
        return new SpikeDifference(
                random(arena, layout, images, seed),
                random(arena, layout, images, seed + 10),
                KernelShapes.events(arena, layout, images));
    }

    private static SpikeTensor random(Arena arena, LayerLayout layout, int images, int seed) {
        CounterRandom random = new CounterRandom(seed, 3);
        SpikeTensor spikes = new SpikeTensor(
                arena.allocate(SpikeTensor.wordsNeeded(layout, images) * Long.BYTES, Long.BYTES), layout, images);
        for (int image = 0; image < images; image++) {
            for (int i = 0; i < layout.paddedNeurons(); i++) {
                boolean real = i % layout.channelStride() < layout.channels();
                spikes.set(image, i, real && (random.bits((long) image * layout.paddedNeurons() + i) & 1) != 0);
            }
        }
        return spikes;
    }
}

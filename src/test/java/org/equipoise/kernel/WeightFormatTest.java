package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.kernel.KernelShapes.Shape;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A format is one class: all kernels do with its weights what they do with the same values in float32. */
@Tag("kernels")
class WeightFormatTest {
    /** Multiples of a step, which float32 has exactly too. */
    record Multiples(float step) implements WeightFormat {
        @Override
        public int bytes() {
            return Short.BYTES;
        }

        @Override
        public MemorySegment in(MemoryScope memory, Account account, String name, long count) {
            return memory.bytes(account, name, count * Short.BYTES);
        }

        @Override
        public float get(MemorySegment segment, long offset) {
            return step * segment.get(ValueLayout.JAVA_SHORT, offset);
        }

        @Override
        public void set(MemorySegment segment, long offset, float value) {
            segment.set(ValueLayout.JAVA_SHORT, offset, (short) Math.round(value / step));
        }
    }

    private static final WeightFormat FORMAT = new Multiples(1 / 1024f);

    private final Kernels chosen = KernelSelection.ofThisJvm().kernels();

    /** Without those over an image, to which nothing is sent back. */
    static Stream<Shape> shapes() {
        return KernelShapes.all().filter(shape -> shape.geometry().source().channelStride() % LayerLayout.LINE == 0);
    }

    @Test
    void memoryIsPlannedInItsBytes() {
        List<MemoryPlan> plans = MemoryScope.count(memory ->
                memory.part("weights", part -> WeightBlocks.in(part, Account.PARAMETERS, "rows", FORMAT, 7, 48)));
        assertEquals(
                WeightBlocks.weightsNeeded(7, 48) * Short.BYTES,
                plans.getFirst().reservations().getFirst().bytes());
    }

    private static WeightBlocks inFormat(Arena arena, int rows, int lanes) {
        long bytes = WeightBlocks.weightsNeeded(rows, lanes) * FORMAT.bytes();
        return new WeightBlocks(arena.allocate(bytes, 64), FORMAT, rows, lanes);
    }

    /** Copies one matrix into another, whose format may round. */
    private static void copy(WeightBlocks from, WeightBlocks to) {
        for (int row = 0; row < from.rows(); row++) {
            for (int lane = 0; lane < from.lanes(); lane++) {
                to.set(row, lane, from.get(row, lane));
            }
        }
    }

    private static void assertSame(WeightBlocks expected, WeightBlocks found) {
        for (int row = 0; row < expected.rows(); row++) {
            for (int lane = 0; lane < expected.lanes(); lane++) {
                assertEquals(expected.get(row, lane), found.get(row, lane), "row " + row + ", lane " + lane);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void sumsOfRows(Shape shape) {
        ConvolutionGeometry geometry = shape.geometry();
        KernelShapes shapes = new KernelShapes(shape.hashCode());
        try (Arena arena = Arena.ofConfined()) {
            int images = shape.images();
            int lanes = geometry.target().channelStride();
            int lanesBack = geometry.source().channelStride();
            WeightBlocks forward = shapes.weights(arena, geometry.forwardRows(), lanes);
            WeightBlocks backward = shapes.weights(arena, geometry.backwardRows(), lanesBack);
            WeightBlocks formatted = inFormat(arena, geometry.forwardRows(), lanes);
            WeightBlocks formattedBack = inFormat(arena, geometry.backwardRows(), lanesBack);
            copy(forward, formatted);
            copy(formatted, forward);
            copy(backward, formattedBack);
            copy(formattedBack, backward);

            SpikeDifference up = shapes.spikes(arena, geometry.source(), images, 30);
            FloatTensor expected = shapes.states(arena, geometry.target(), images);
            FloatTensor found = KernelShapes.copy(arena, expected);
            chosen.spikes().addForward(geometry, up, forward, expected, expected, 0, images);
            chosen.spikes().addForward(geometry, up, formatted, found, found, 0, images);
            FloatTensor states = shapes.states(arena, geometry.source(), images);
            chosen.states().addForward(geometry, states, forward, expected, images);
            chosen.states().addForward(geometry, states, formatted, found, images);
            KernelShapes.assertSameBits(expected.segment(), found.segment());

            SpikeDifference down = shapes.spikes(arena, geometry.target(), images, 30);
            expected = shapes.states(arena, geometry.source(), images);
            found = KernelShapes.copy(arena, expected);
            chosen.spikes().addBackward(geometry, down, backward, expected, 0, images);
            chosen.spikes().addBackward(geometry, down, formattedBack, found, 0, images);
            states = shapes.states(arena, geometry.target(), images);
            chosen.states().addBackward(geometry, states, backward, expected, images);
            chosen.states().addBackward(geometry, states, formattedBack, found, images);
            KernelShapes.assertSameBits(expected.segment(), found.segment());
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void derivedLayouts(Shape shape) {
        ConvolutionGeometry geometry = shape.geometry();
        KernelShapes shapes = new KernelShapes(shape.hashCode());
        int sources = geometry.source().channelStride();
        int targets = geometry.target().channelStride();
        PoolFolding folding = new PoolFolding(2, 1, 2);
        int folded = folding.foldedKernel() * folding.foldedKernel() * sources;
        try (Arena arena = Arena.ofConfined()) {
            WeightBlocks master = shapes.weights(arena, 4 * sources, targets);
            WeightBlocks plain = shapes.weights(arena, folded, targets);
            WeightBlocks rounded = inFormat(arena, folded, targets);
            WeightBlocks found = inFormat(arena, folded, targets);
            for (int block = 0; block < master.blocks(); block++) {
                chosen.plasticity().fold(folding, sources, master, plain, block);
                chosen.plasticity().fold(folding, sources, master, found, block);
            }
            copy(plain, rounded);
            assertSame(rounded, found);

            WeightBlocks forward = shapes.weights(arena, geometry.forwardRows(), targets);
            WeightBlocks backward = shapes.weights(arena, geometry.backwardRows(), sources);
            WeightBlocks roundedBack = inFormat(arena, geometry.backwardRows(), sources);
            WeightBlocks foundBack = inFormat(arena, geometry.backwardRows(), sources);
            for (int tap = 0; tap < geometry.taps(); tap++) {
                chosen.plasticity().transpose(geometry, forward, 0.5f, backward, tap);
                chosen.plasticity().transpose(geometry, forward, 0.5f, foundBack, tap);
            }
            copy(backward, roundedBack);
            assertSame(roundedBack, foundBack);
        }
    }
}

package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.equipoise.kernel.KernelShapes.Shape;
import org.equipoise.kernel.LeakyKernels.LeakyState;
import org.equipoise.kernel.LeakyKernels.LeakyStep;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Leaky integrate-and-fire neurons fire as they should, and with the same bits by vectors as by scalar code. */
@Tag("kernels")
class LeakyKernelsTest {
    private static final LeakyStep STEP = new LeakyStep(0.875f, 0.75f, 0.3f);

    private final LeakyKernels scalar = Kernels.scalar().leaky();
    private final LeakyKernels chosen = KernelSelection.ofThisJvm().kernels().leaky();

    static Stream<Shape> shapes() {
        return KernelShapes.all();
    }

    @Tag("twin")
    @ParameterizedTest
    @MethodSource("shapes")
    void vectorsStepAsTheSpecificationDoes(Shape shape) {
        LayerLayout layout = shape.geometry().target();
        KernelShapes shapes = new KernelShapes(layout.hashCode());
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor current = tensor(shapes, arena, layout, shape.images());
            FloatTensor target = tensor(shapes, arena, layout, shape.images());
            MemorySegment bias = arena.allocate(layout.channelStride() * 4L, 64);
            for (int c = 0; c < layout.channels(); c++) {
                Floats.set(bias, c, shapes.between(-100, 100) / 300f);
            }
            LeakyState expected = state(shapes, arena, layout, shape.images());
            LeakyState found = copy(arena, expected);
            Nudge[] nudges = {null, new Nudge.Towards(-0.6f, target), new Nudge.By(target)};
            for (Nudge nudge : nudges) {
                step(scalar, current, bias, nudge, expected, shape.images());
                step(chosen, current, bias, nudge, found, shape.images());
                assertSameBits(expected, found);
            }
            FloatTensor sum = tensor(shapes, arena, layout, shape.images() + 1);
            FloatTensor difference = tensor(shapes, arena, layout, shape.images() + 1);
            FloatTensor sumFound = KernelShapes.copy(arena, sum);
            FloatTensor differenceFound = KernelShapes.copy(arena, difference);
            scalar.spikesAndChanges(STEP, expected, sum, difference, 1, shape.images());
            chosen.spikesAndChanges(STEP, found, sumFound, differenceFound, 1, shape.images());
            KernelShapes.assertSameBits(sum.segment(), sumFound.segment());
            KernelShapes.assertSameBits(difference.segment(), differenceFound.segment());
        }
    }

    @Tag("twin")
    @ParameterizedTest
    @MethodSource("shapes")
    void vectorsEncodeAsTheSpecificationDoes(Shape shape) {
        LayerLayout layout = shape.geometry().source();
        KernelShapes shapes = new KernelShapes(layout.hashCode());
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor image = tensor(shapes, arena, layout, shape.images());
            FloatTensor v = tensor(shapes, arena, layout, shape.images());
            SpikeTensor q = spikes(arena, layout, shape.images());
            SpikeTensor qFound = spikes(arena, layout, shape.images());
            FloatTensor vFound = KernelShapes.copy(arena, v);
            for (int step = 0; step < 3; step++) {
                scalar.encodeImage(image, v, q, shape.images());
                chosen.encodeImage(image, vFound, qFound, shape.images());
                KernelShapes.assertSameBits(v.segment(), vFound.segment());
                KernelShapes.assertSameBits(q.segment(), qFound.segment());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0.3, 1, 0.3", "0.6, 2, 0.3", "1.7, 1, 1", "-0.4, 1, 0", "0.123, 0.5, 0.246"})
    void aConstantCurrentFiresAtItsClippedRate(float current, float threshold, double rate) {
        try (Arena arena = Arena.ofConfined()) {
            LayerLayout layout = LayerLayout.ofNeurons(1, 1, 1);
            FloatTensor u = zero(arena, layout);
            u.set(0, 0, current);
            LeakyState state = new LeakyState(
                    zero(arena, layout), spikes(arena, layout, 1), zero(arena, layout), zero(arena, layout));
            MemorySegment bias = arena.allocate(layout.channelStride() * 4L, 64);
            int fired = 0;
            for (int step = 0; step < 1000; step++) {
                chosen.step(new LeakyStep(1f, threshold, 0.01f), u, bias, null, state, 0, 1);
                fired += state.q().get(0, 0) ? 1 : 0;
            }
            assertEquals(rate, fired / 1000.0, 0.003);
            assertEquals(rate, state.rate().get(0, 0), 0.02);
            assertEquals(rate, state.slow().get(0, 0), 0.02);
            assertTrue(Math.abs(state.v().get(0, 0)) <= threshold);
        }
    }

    @Test
    void halfTheDifferenceOfProductsIsWhatSpikesTrigger() {
        try (Arena arena = Arena.ofConfined()) {
            LayerLayout layout = LayerLayout.ofNeurons(2, 1, 1);
            SpikeTensor q = spikes(arena, layout, 1);
            FloatTensor rate = zero(arena, layout);
            FloatTensor slow = zero(arena, layout);
            q.set(0, 0, true);
            rate.set(0, 0, 0.5f);
            rate.set(0, 1, 0.75f);
            slow.set(0, 1, 0.25f);
            FloatTensor sum = zero(arena, layout);
            FloatTensor difference = zero(arena, layout);
            LeakyStep step = new LeakyStep(1f, 1f, 0.25f);
            chosen.spikesAndChanges(step, new LeakyState(zero(arena, layout), q, rate, slow), sum, difference, 0, 1);
            float products = sum.get(0, 0) * sum.get(0, 1) - difference.get(0, 0) * difference.get(0, 1);
            // The first neuron fires while the rate of the second rises by ¼ (0.75 − 0.25); the second does not fire.
            assertEquals(0.125f, 0.5f * products);
        }
    }

    private static void step(
            LeakyKernels kernels,
            FloatTensor current,
            MemorySegment bias,
            @Nullable Nudge nudge,
            LeakyState state,
            int images) {
        kernels.step(STEP, current, bias, nudge, state, 0, images / 2);
        kernels.step(STEP, current, bias, nudge, state, images / 2, images);
    }

    private static FloatTensor zero(Arena arena, LayerLayout layout) {
        return new FloatTensor(arena.allocate(FloatTensor.floatsNeeded(layout, 1) * 4, 64), layout, 1);
    }

    private static SpikeTensor spikes(Arena arena, LayerLayout layout, int images) {
        return new SpikeTensor(
                arena.allocate(SpikeTensor.wordsNeeded(layout, images) * Long.BYTES, 64), layout, images);
    }

    private static LeakyState state(KernelShapes shapes, Arena arena, LayerLayout layout, int images) {
        return new LeakyState(
                tensor(shapes, arena, layout, images),
                spikes(arena, layout, images),
                tensor(shapes, arena, layout, images),
                tensor(shapes, arena, layout, images));
    }

    private static LeakyState copy(Arena arena, LeakyState state) {
        return new LeakyState(
                KernelShapes.copy(arena, state.v()),
                spikes(arena, state.q().layout(), state.q().images()),
                KernelShapes.copy(arena, state.rate()),
                KernelShapes.copy(arena, state.slow()));
    }

    private static void assertSameBits(LeakyState expected, LeakyState found) {
        KernelShapes.assertSameBits(expected.v().segment(), found.v().segment());
        KernelShapes.assertSameBits(expected.q().segment(), found.q().segment());
        KernelShapes.assertSameBits(expected.rate().segment(), found.rate().segment());
        KernelShapes.assertSameBits(expected.slow().segment(), found.slow().segment());
    }

    /** Values whose padding is zero, as it always is. */
    private static FloatTensor tensor(KernelShapes shapes, Arena arena, LayerLayout layout, int images) {
        FloatTensor tensor = shapes.states(arena, layout, images);
        for (int image = 0; image < images; image++) {
            for (int n = 0; n < layout.floatStride(); n++) {
                if (n >= layout.paddedNeurons() || n % layout.channelStride() >= layout.channels()) {
                    tensor.set(image, n, 0f);
                }
            }
        }
        return tensor;
    }
}

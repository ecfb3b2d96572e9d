package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.equipoise.kernel.KernelShapes.Shape;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.kernel.NeuronKernels.SpikingState;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A step nudged by a computed drive has the same bits with vectors as with scalar code. */
@Tag("kernels")
class NudgeTest {
    private static final SigmaDeltaStep STEP = SigmaDeltaStep.of(0.6f, 0.2f, 0.5f);

    private final NeuronKernels scalar = Kernels.scalar().neurons();
    private final NeuronKernels chosen = KernelSelection.ofThisJvm().kernels().neurons();

    static Stream<Shape> shapes() {
        return KernelShapes.all();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void rateNeurons(Shape shape) {
        LayerLayout layout = shape.geometry().target();
        for (Activation activation : Activation.values()) {
            try (Arena arena = Arena.ofConfined()) {
                Layer layer = new Layer(arena, layout, shape.images());
                FloatTensor expected = layer.s;
                FloatTensor found = KernelShapes.copy(arena, expected);
                FloatTensor unmoved = KernelShapes.copy(arena, expected);
                Nudge nudge = new Nudge.By(layer.drive);
                scalar.stepRate(0.3f, activation, layer.current, layer.bias, nudge, expected, shape.images());
                chosen.stepRate(0.3f, activation, layer.current, layer.bias, nudge, found, shape.images());
                KernelShapes.assertSameBits(expected.segment(), found.segment());
                assertEquals(
                        ScalarNeuronKernels.nextRate(
                                0.3f,
                                activation,
                                unmoved.get(0, 0),
                                layer.current.get(0, 0) + Floats.get(layer.bias, 0) + layer.drive.get(0, 0)),
                        expected.get(0, 0));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void spikingNeurons(Shape shape) {
        LayerLayout layout = shape.geometry().target();
        try (Arena arena = Arena.ofConfined()) {
            Layer layer = new Layer(arena, layout, shape.images());
            SpikingState expected = layer.state(arena);
            SpikingState found = layer.state(arena);
            SpikingState free = layer.state(arena);
            Nudge nudge = new Nudge.By(layer.drive);
            scalar.stepSpiking(STEP, layer.current, layer.bias, nudge, expected, 0, shape.images());
            chosen.stepSpiking(STEP, layer.current, layer.bias, nudge, found, 0, shape.images());
            chosen.stepSpiking(STEP, layer.current, layer.bias, null, free, 0, shape.images());
            KernelShapes.assertSameBits(expected.s().segment(), found.s().segment());
            KernelShapes.assertSameBits(expected.v().segment(), found.v().segment());
            KernelShapes.assertSameBits(expected.phi().segment(), found.phi().segment());
            KernelShapes.assertSameBits(expected.q().segment(), found.q().segment());
            KernelShapes.assertSameBits(
                    expected.expected().segment(), found.expected().segment());
            if (layout.neurons() > 16) {
                assertNotEquals(-1, free.s().segment().mismatch(found.s().segment()), "the nudge is felt");
            }
        }
    }

    /** A layer whose padded lanes are zero, as they always are. */
    private static final class Layer {
        private final KernelShapes shapes;
        private final LayerLayout layout;
        private final int images;
        private final FloatTensor s;
        private final FloatTensor v;
        private final FloatTensor phi;
        private final FloatTensor current;
        private final FloatTensor drive;
        private final MemorySegment bias;

        Layer(Arena arena, LayerLayout layout, int images) {
            this.shapes = new KernelShapes(layout.hashCode());
            this.layout = layout;
            this.images = images;
            this.s = tensor(arena, true);
            this.v = tensor(arena, false);
            this.phi = tensor(arena, false);
            this.current = tensor(arena, false);
            this.drive = tensor(arena, false);
            this.bias = arena.allocate(layout.channelStride() * 4L, 64);
            for (int c = 0; c < layout.channels(); c++) {
                Floats.set(bias, c, shapes.between(-100, 100) / 300f);
            }
        }

        private FloatTensor tensor(Arena arena, boolean clipped) {
            FloatTensor tensor = shapes.states(arena, layout, images);
            for (int image = 0; image < images; image++) {
                for (int n = 0; n < layout.floatStride(); n++) {
                    float value = tensor.get(image, n);
                    boolean padding = n >= layout.paddedNeurons() || n % layout.channelStride() >= layout.channels();
                    tensor.set(image, n, padding ? 0f : clipped ? Activation.clip(value) : value);
                }
            }
            return tensor;
        }

        SpikingState state(Arena arena) {
            return new SpikingState(
                    KernelShapes.copy(arena, s),
                    KernelShapes.copy(arena, v),
                    KernelShapes.copy(arena, phi),
                    spikes(arena),
                    spikes(arena));
        }

        private SpikeTensor spikes(Arena arena) {
            return new SpikeTensor(arena.allocate(SpikeTensor.wordsNeeded(layout, images) * 8, 64), layout, images);
        }
    }
}

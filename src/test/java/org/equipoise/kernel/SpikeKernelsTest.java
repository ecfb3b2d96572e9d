package org.equipoise.kernel;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.kernel.KernelShapes.Shape;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights on packed spikes have the same bits with vectors as with scalar code, be they few or many, expected or not. */
@Tag("kernels")
@Tag("twin")
class SpikeKernelsTest {
    private static final List<Integer> PERCENTS = List.of(0, 4, 50, 100);

    private final SpikeKernels scalar = Kernels.scalar().spikes();
    private final SpikeKernels chosen = KernelSelection.ofThisJvm().kernels().spikes();

    /** Shapes at several firing rates, and layers of more rows than any tile holds. */
    static Stream<Arguments> shapes() {
        LayerLayout below = LayerLayout.ofNeurons(400, 6, 5);
        Stream<Shape> large = Stream.of(
                new Shape(ConvolutionGeometry.linear(below, LayerLayout.ofNeurons(70, 1, 1)), 6),
                new Shape(ConvolutionGeometry.linear(LayerLayout.ofImage(3, 31, 29), below(1100)), 5),
                new Shape(ConvolutionGeometry.linear(LayerLayout.ofNeurons(30, 2, 2), below(1100)), 7),
                new Shape(new ConvolutionGeometry(below, LayerLayout.ofNeurons(20, 4, 3), 3, 3, 1, 0), 2),
                new Shape(new ConvolutionGeometry(below, LayerLayout.ofNeurons(20, 6, 5), 3, 3, 1, 1), 2));
        return Stream.concat(large, KernelShapes.all())
                .flatMap(shape -> PERCENTS.stream().map(percent -> Arguments.of(shape, percent)));
    }

    private static LayerLayout below(int units) {
        return LayerLayout.ofNeurons(units, 1, 1);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void forward(Shape shape, int percent) {
        ConvolutionGeometry geometry = shape.geometry();
        KernelShapes shapes = new KernelShapes(shape.hashCode());
        try (Arena arena = Arena.ofConfined()) {
            WeightBlocks weights = shapes.weights(
                    arena, geometry.forwardRows(), geometry.target().channelStride());
            SpikeDifference sent = shapes.spikes(arena, geometry.source(), KernelShapes.MAX_IMAGES, percent);
            FloatTensor from = shapes.states(arena, geometry.target(), KernelShapes.MAX_IMAGES);
            FloatTensor expected = shapes.states(arena, geometry.target(), KernelShapes.MAX_IMAGES);
            FloatTensor found = KernelShapes.copy(arena, expected);
            for (int first = 0; first <= Math.min(1, shape.images() - 1); first++) {
                scalar.addForward(geometry, sent, weights, from, expected, first, shape.images());
                chosen.addForward(geometry, sent, weights, from, found, first, shape.images());
                KernelShapes.assertSameBits(expected.segment(), found.segment());
                scalar.addForward(geometry, sent, weights, expected, expected, first, shape.images());
                chosen.addForward(geometry, sent, weights, found, found, first, shape.images());
                KernelShapes.assertSameBits(expected.segment(), found.segment());
            }
        }
    }

    /** Currents of a few images, started from those of all images. */
    @ParameterizedTest
    @MethodSource("shapes")
    void forwardToAWindow(Shape shape, int percent) {
        ConvolutionGeometry geometry = shape.geometry();
        KernelShapes shapes = new KernelShapes(shape.hashCode());
        try (Arena arena = Arena.ofConfined()) {
            WeightBlocks weights = shapes.weights(
                    arena, geometry.forwardRows(), geometry.target().channelStride());
            SpikeDifference sent = shapes.spikes(arena, geometry.source(), KernelShapes.MAX_IMAGES, percent);
            FloatTensor from = shapes.states(arena, geometry.target(), KernelShapes.MAX_IMAGES);
            int first = KernelShapes.MAX_IMAGES - 2;
            FloatTensor expected = shapes.states(arena, geometry.target(), 2).from(first);
            FloatTensor found = KernelShapes.copy(arena, expected).from(first);
            scalar.addForward(geometry, sent, weights, from, expected, first, KernelShapes.MAX_IMAGES);
            chosen.addForward(geometry, sent, weights, from, found, first, KernelShapes.MAX_IMAGES);
            KernelShapes.assertSameBits(expected.segment(), found.segment());
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void backward(Shape shape, int percent) {
        LayerLayout image = shape.geometry().source();
        LayerLayout source = LayerLayout.ofNeurons(image.channels(), image.height(), image.width());
        ConvolutionGeometry geometry = new ConvolutionGeometry(
                source,
                shape.geometry().target(),
                shape.geometry().kernelHeight(),
                shape.geometry().kernelWidth(),
                shape.geometry().stride(),
                shape.geometry().padding());
        KernelShapes shapes = new KernelShapes(shape.hashCode());
        try (Arena arena = Arena.ofConfined()) {
            WeightBlocks weights = shapes.weights(
                    arena, geometry.backwardRows(), geometry.source().channelStride());
            SpikeDifference sent = shapes.spikes(arena, geometry.target(), KernelShapes.MAX_IMAGES, percent);
            FloatTensor expected = shapes.states(arena, geometry.source(), KernelShapes.MAX_IMAGES);
            FloatTensor found = KernelShapes.copy(arena, expected);
            for (int first = 0; first <= Math.min(1, shape.images() - 1); first++) {
                scalar.addBackward(geometry, sent, weights, expected, first, shape.images());
                chosen.addBackward(geometry, sent, weights, found, first, shape.images());
                KernelShapes.assertSameBits(expected.segment(), found.segment());
            }
        }
    }
}

package org.equipoise.kernel;

import java.lang.foreign.Arena;
import java.util.stream.Stream;
import org.equipoise.kernel.KernelShapes.Shape;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights on real-valued states have the same bits with vectors as with scalar code. */
@Tag("kernels")
@Tag("twin")
class StateKernelsTest {
    private final StateKernels scalar = Kernels.scalar().states();
    private final StateKernels chosen = KernelSelection.ofThisJvm().kernels().states();

    static Stream<Shape> shapes() {
        return KernelShapes.all();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void forward(Shape shape) {
        ConvolutionGeometry geometry = shape.geometry();
        KernelShapes shapes = new KernelShapes(shape.hashCode());
        try (Arena arena = Arena.ofConfined()) {
            WeightBlocks weights = shapes.weights(
                    arena, geometry.forwardRows(), geometry.target().channelStride());
            FloatTensor sent = shapes.states(arena, geometry.source(), KernelShapes.MAX_IMAGES);
            FloatTensor expected = shapes.states(arena, geometry.target(), KernelShapes.MAX_IMAGES);
            FloatTensor found = KernelShapes.copy(arena, expected);
            scalar.addForward(geometry, sent, weights, expected, shape.images());
            chosen.addForward(geometry, sent, weights, found, shape.images());
            KernelShapes.assertSameBits(expected.segment(), found.segment());
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void backward(Shape shape) {
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
            FloatTensor sent = shapes.states(arena, geometry.target(), KernelShapes.MAX_IMAGES);
            FloatTensor expected = shapes.states(arena, geometry.source(), KernelShapes.MAX_IMAGES);
            FloatTensor found = KernelShapes.copy(arena, expected);
            scalar.addBackward(geometry, sent, weights, expected, shape.images());
            chosen.addBackward(geometry, sent, weights, found, shape.images());
            KernelShapes.assertSameBits(expected.segment(), found.segment());
        }
    }

    /** More weight rows than are kept near at once, as one run of a linear layer and as several of a convolution. */
    @Test
    void manyRows() {
        LayerLayout below = LayerLayout.ofNeurons(400, 6, 5);
        forward(new Shape(ConvolutionGeometry.linear(below, LayerLayout.ofNeurons(70, 1, 1)), 6));
        forward(new Shape(new ConvolutionGeometry(below, LayerLayout.ofNeurons(20, 4, 3), 3, 3, 1, 0), 2));
        forward(new Shape(new ConvolutionGeometry(below, LayerLayout.ofNeurons(20, 6, 5), 3, 3, 1, 1), 2));
        LayerLayout wide = LayerLayout.ofNeurons(1100, 1, 1);
        backward(new Shape(ConvolutionGeometry.linear(LayerLayout.ofNeurons(30, 2, 2), wide), 7));
    }
}

package org.equipoise.kernel;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.kernel.KernelShapes.Shape;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Outer products have the same bits with vectors as with scalar code. */
@Tag("kernels")
@Tag("twin")
class OuterProductsTest {
    private final PlasticityKernels scalar = Kernels.scalar().plasticity();
    private final PlasticityKernels chosen =
            KernelSelection.ofThisJvm().kernels().plasticity();

    static Stream<Shape> shapes() {
        return KernelShapes.all();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void outerProducts(Shape shape) {
        KernelShapes shapes = new KernelShapes(shape.hashCode());
        int taps = shape.geometry().taps();
        int firstTap = shapes.between(0, taps - 1);
        int endTap = shapes.between(firstTap + 1, taps);
        addAll(shapes, shape, 0, taps);
        addAll(shapes, shape, firstTap, endTap);
    }

    private void addAll(KernelShapes shapes, Shape shape, int firstTap, int endTap) {
        ConvolutionGeometry geometry = shape.geometry();
        int firstImage = shapes.between(0, shape.images() - 1);
        float sign = List.of(1f, -1f, 0.7f).get(shapes.between(0, 2));
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor source = shapes.states(arena, geometry.source(), shape.images());
            FloatTensor target = shapes.states(arena, geometry.target(), shape.images());
            WeightBlocks expected = shapes.weights(
                    arena, geometry.forwardRows(), geometry.target().channelStride());
            WeightBlocks found = KernelShapes.copy(arena, expected);
            for (int block = 0; block < expected.blocks(); block++) {
                scalar.addOuterProducts(
                        geometry, source, target, sign, firstImage, shape.images(), expected, block, firstTap, endTap);
                chosen.addOuterProducts(
                        geometry, source, target, sign, firstImage, shape.images(), found, block, firstTap, endTap);
            }
            KernelShapes.assertSameBits(expected.segment(), found.segment());
        }
    }

    /** More positions than fit the kernels' own store, from one image and from many. */
    @Test
    void manyPositions() {
        LayerLayout image = LayerLayout.ofImage(3, 29, 31);
        LayerLayout layer = LayerLayout.ofNeurons(70, 27, 29);
        outerProducts(new Shape(new ConvolutionGeometry(image, layer, 3, 3, 1, 0), 2));
        outerProducts(new Shape(new ConvolutionGeometry(image, layer, 5, 5, 1, 1), 2));
        LayerLayout units = LayerLayout.ofNeurons(20, 1, 1);
        outerProducts(new Shape(ConvolutionGeometry.linear(LayerLayout.ofImage(1, 5, 7), units), 300));
    }
}

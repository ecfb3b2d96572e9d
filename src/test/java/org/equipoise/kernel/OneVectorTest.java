package org.equipoise.kernel;

import java.lang.foreign.Arena;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Layers as wide as one vector have the same bits as with scalar code. Layers of a network are at least sixteen lanes wide, so
 * that only the widest vectors meet them there.
 */
@Tag("kernels")
@Tag("twin")
class OneVectorTest {
    private static final int IMAGES = 3;
    private static final KernelSelection CHOSEN = KernelSelection.ofThisJvm();

    private final Kernels scalar = Kernels.scalar();
    private final Kernels chosen = CHOSEN.kernels();

    private static ConvolutionGeometry geometry(int side) {
        int lanes = CHOSEN.vector() ? CHOSEN.vectorBits() / Float.SIZE : LayerLayout.LINE;
        LayerLayout source = LayerLayout.ofImage(5, side, side);
        LayerLayout target = new LayerLayout(lanes - 1, side - 1, side - 1, lanes);
        return new ConvolutionGeometry(source, target, 2, 2, 1, 0);
    }

    /** Receivers are taken four at a time, and what is left one by one: 3, 12 and 27 of them. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void statesAreSentForward(int side) {
        ConvolutionGeometry geometry = geometry(side);
        KernelShapes shapes = new KernelShapes(side);
        try (Arena arena = Arena.ofConfined()) {
            WeightBlocks weights = shapes.weights(
                    arena, geometry.forwardRows(), geometry.target().channelStride());
            FloatTensor sent = shapes.states(arena, geometry.source(), IMAGES);
            FloatTensor expected = shapes.states(arena, geometry.target(), IMAGES);
            FloatTensor found = KernelShapes.copy(arena, expected);
            scalar.states().addForward(geometry, sent, weights, expected, IMAGES);
            chosen.states().addForward(geometry, sent, weights, found, IMAGES);
            KernelShapes.assertSameBits(expected.segment(), found.segment());
        }
    }

    /** Channels of the source are taken four at a time as well. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void outerProducts(int side) {
        ConvolutionGeometry geometry = geometry(side);
        KernelShapes shapes = new KernelShapes(side);
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor source = shapes.states(arena, geometry.source(), IMAGES);
            FloatTensor target = shapes.states(arena, geometry.target(), IMAGES);
            WeightBlocks expected = shapes.weights(
                    arena, geometry.forwardRows(), geometry.target().channelStride());
            WeightBlocks found = KernelShapes.copy(arena, expected);
            scalar.plasticity()
                    .addOuterProducts(geometry, source, target, 0.7f, 0, IMAGES, expected, 0, 0, geometry.taps());
            chosen.plasticity()
                    .addOuterProducts(geometry, source, target, 0.7f, 0, IMAGES, found, 0, 0, geometry.taps());
            KernelShapes.assertSameBits(expected.segment(), found.segment());
        }
    }
}

package org.equipoise.kernel;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.kernel.KernelShapes.Shape;
import org.equipoise.kernel.PlasticityKernels.Adaptation;
import org.equipoise.kernel.PlasticityKernels.Descent;
import org.equipoise.tensor.LayerLayout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Updated weights, and the layouts derived from them, have the same bits with vectors as with scalar code. */
@Tag("kernels")
@Tag("twin")
class WeightUpdateTest {
    private final PlasticityKernels scalar = Kernels.scalar().plasticity();
    private final PlasticityKernels chosen =
            KernelSelection.ofThisJvm().kernels().plasticity();

    static Stream<Shape> shapes() {
        return KernelShapes.all();
    }

    /**
     * One pooled or plain connection.
     *
     * @param folding how pooling folds into the kernel
     * @param channels source channel stride
     * @param lanes target channel stride
     */
    record Folded(PoolFolding folding, int channels, int lanes) {}

    static Stream<Folded> folded() {
        List<Folded> all = new ArrayList<>();
        for (int kernel : new int[] {1, 2, 3, 5}) {
            for (int stride = 1; stride <= 3; stride++) {
                for (int pool : new int[] {1, 2, 3, 4}) {
                    for (int lanes : new int[] {16, 32, 64, 128, 192}) {
                        all.add(new Folded(new PoolFolding(kernel, stride, pool), lanes % 5 + 1, lanes));
                    }
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("folded")
    void folds(Folded shape) {
        KernelShapes shapes = new KernelShapes(shape.hashCode());
        try (Arena arena = Arena.ofConfined()) {
            WeightBlocks master = shapes.weights(arena, masterRows(shape), shape.lanes());
            WeightBlocks expected = shapes.weights(arena, foldedRows(shape), shape.lanes());
            WeightBlocks found = KernelShapes.copy(arena, expected);
            for (int block = 0; block < master.blocks(); block++) {
                scalar.fold(shape.folding(), shape.channels(), master, expected, block);
                chosen.fold(shape.folding(), shape.channels(), master, found, block);
            }
            KernelShapes.assertSameBits(expected.segment(), found.segment());
        }
    }

    @ParameterizedTest
    @MethodSource("folded")
    void descends(Folded shape) {
        sgdUpdate(shape, new Descent(0.01f, 0.3f, 0f, false, 0f, 1f), false);
        sgdUpdate(shape, new Descent(0.01f, 0.3f, 0f, false, 1e-3f, 1f), false);
        sgdUpdate(shape, new Descent(0.01f, 0.3f, 0.9f, false, 1e-3f, 1f), true);
        sgdUpdate(shape, new Descent(0.01f, 0.3f, 0.9f, true, 1e-3f, 1f), true);
        sgdUpdate(shape, new Descent(0.01f, 0.3f, 0.9f, true, 0f, 0.97f), true);
    }

    private void sgdUpdate(Folded shape, Descent descent, boolean momentum) {
        KernelShapes shapes = new KernelShapes(shape.hashCode());
        try (Arena arena = Arena.ofConfined()) {
            WeightBlocks gradient = shapes.weights(arena, foldedRows(shape), shape.lanes());
            WeightBlocks expected = shapes.weights(arena, masterRows(shape), shape.lanes());
            WeightBlocks found = KernelShapes.copy(arena, expected);
            @Nullable
            WeightBlocks expectedVelocity = momentum ? shapes.weights(arena, masterRows(shape), shape.lanes()) : null;
            @Nullable
            WeightBlocks foundVelocity = expectedVelocity == null ? null : KernelShapes.copy(arena, expectedVelocity);
            for (int block = 0; block < expected.blocks(); block++) {
                scalar.sgdUpdate(
                        shape.folding(), shape.channels(), gradient, descent, expectedVelocity, expected, block);
                chosen.sgdUpdate(shape.folding(), shape.channels(), gradient, descent, foundVelocity, found, block);
            }
            KernelShapes.assertSameBits(expected.segment(), found.segment());
            if (expectedVelocity != null && foundVelocity != null) {
                KernelShapes.assertSameBits(expectedVelocity.segment(), foundVelocity.segment());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("folded")
    void adapts(Folded shape) {
        adapt(shape, new Adaptation(0.01f, 0.3f, 1e-3f, 1f, 0.9f, 0.1f, 0.999f, 0.001f, 3.7f, 1e-8f));
        adapt(shape, new Adaptation(0.01f, 0.3f, 0f, 0.97f, 0.9f, 0.1f, 0.999f, 0.001f, 3.7f, 1e-8f));
    }

    private void adapt(Folded shape, Adaptation adaptation) {
        KernelShapes shapes = new KernelShapes(shape.hashCode());
        try (Arena arena = Arena.ofConfined()) {
            WeightBlocks gradient = shapes.weights(arena, foldedRows(shape), shape.lanes());
            WeightBlocks expected = shapes.weights(arena, masterRows(shape), shape.lanes());
            WeightBlocks found = KernelShapes.copy(arena, expected);
            WeightBlocks expectedMean = shapes.weights(arena, masterRows(shape), shape.lanes());
            WeightBlocks foundMean = KernelShapes.copy(arena, expectedMean);
            WeightBlocks expectedSquare = squares(shapes.weights(arena, masterRows(shape), shape.lanes()));
            WeightBlocks foundSquare = KernelShapes.copy(arena, expectedSquare);
            for (int block = 0; block < expected.blocks(); block++) {
                scalar.adapt(
                        shape.folding(),
                        shape.channels(),
                        gradient,
                        adaptation,
                        expectedMean,
                        expectedSquare,
                        expected,
                        block);
                chosen.adapt(
                        shape.folding(), shape.channels(), gradient, adaptation, foundMean, foundSquare, found, block);
            }
            KernelShapes.assertSameBits(expected.segment(), found.segment());
            KernelShapes.assertSameBits(expectedMean.segment(), foundMean.segment());
            KernelShapes.assertSameBits(expectedSquare.segment(), foundSquare.segment());
        }
    }

    private static WeightBlocks squares(WeightBlocks blocks) {
        for (int row = 0; row < blocks.rows(); row++) {
            for (int lane = 0; lane < blocks.lanes(); lane++) {
                blocks.set(row, lane, blocks.get(row, lane) * blocks.get(row, lane));
            }
        }
        return blocks;
    }

    private static int masterRows(Folded shape) {
        return shape.folding().kernel() * shape.folding().kernel() * shape.channels();
    }

    private static int foldedRows(Folded shape) {
        return shape.folding().foldedKernel() * shape.folding().foldedKernel() * shape.channels();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void transposes(Shape shape) {
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
            WeightBlocks forward = shapes.weights(
                    arena, geometry.forwardRows(), geometry.target().channelStride());
            WeightBlocks expected = shapes.weights(arena, geometry.backwardRows(), source.channelStride());
            WeightBlocks found = KernelShapes.copy(arena, expected);
            for (int tap = 0; tap < geometry.taps(); tap++) {
                scalar.transpose(geometry, forward, 0.3f, expected, tap);
                chosen.transpose(geometry, forward, 0.3f, found, tap);
            }
            KernelShapes.assertSameBits(expected.segment(), found.segment());
        }
    }
}

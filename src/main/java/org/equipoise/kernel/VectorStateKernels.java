package org.equipoise.kernel;

import org.equipoise.tensor.FloatTensor;

/** Real-valued states. */
final class VectorStateKernels implements StateKernels {
    private final ScalarStateKernels scalar = new ScalarStateKernels();

    @Override
    public void addForward(
            ConvolutionGeometry geometry, FloatTensor sent, WeightBlocks weights, FloatTensor to, int images) {
        scalar.addForward(geometry, sent, weights, to, images);
    }

    @Override
    public void addBackward(
            ConvolutionGeometry geometry, FloatTensor sent, WeightBlocks weights, FloatTensor to, int images) {
        scalar.addBackward(geometry, sent, weights, to, images);
    }
}

package org.equipoise.kernel;

import org.equipoise.tensor.FloatTensor;

/** The specification of {@link StateKernels}. States of zero add nothing, which no sum can tell from adding zero. */
final class ScalarStateKernels implements StateKernels {
    @Override
    public void addForward(
            ConvolutionGeometry geometry, FloatTensor sent, WeightBlocks weights, FloatTensor to, int images) {
        ScalarRows.addForward(geometry, sent::get, weights, to, 0, images);
    }

    @Override
    public void addBackward(
            ConvolutionGeometry geometry, FloatTensor sent, WeightBlocks weights, FloatTensor to, int images) {
        ScalarRows.addBackward(geometry, sent::get, weights, to, 0, images);
    }
}

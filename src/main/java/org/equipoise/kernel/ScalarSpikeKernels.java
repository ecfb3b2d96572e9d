package org.equipoise.kernel;

import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeDifference;

/** The specification of {@link SpikeKernels}. */
final class ScalarSpikeKernels implements SpikeKernels {
    @Override
    public void addForward(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            FloatTensor from,
            FloatTensor to,
            int firstImage,
            int endImage) {
        to.copyFrom(firstImage, from, firstImage, endImage - firstImage);
        ScalarRows.addForward(geometry, sent::sign, weights, to, firstImage, endImage);
    }

    @Override
    public void addBackward(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            FloatTensor current,
            int firstImage,
            int endImage) {
        ScalarRows.addBackward(geometry, sent::sign, weights, current, firstImage, endImage);
    }
}

package org.equipoise.kernel;

import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeDifference;

/**
 * What weights do to packed spikes: the convolution {@code w ∗ q} and its transpose {@code w ⋆ q}. A spike adds a weight row; an
 * expected spike that did not come takes it away.
 *
 * <p>Forward weights have one row of target channels for each {@code (ky, kx, source channel)}; backward weights one row of
 * source channels for each {@code (ky, kx, target channel)}.
 */
public interface SpikeKernels {
    /**
     * {@code to[y, x] = from[y, x] + Σ ±w[ky, kx, c]} over the spikes in the window of each target position, added one row after the
     * other in the order {@code ky}, {@code kx}, {@code c}.
     *
     * @param geometry the window
     * @param sent spikes of the source layer
     * @param weights forward layout
     * @param from what the sum starts from, laid out as the target layer; may be {@code to} itself
     * @param to current of the target layer, written
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void addForward(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            FloatTensor from,
            FloatTensor to,
            int firstImage,
            int endImage);

    /**
     * {@code current[y·stride + ky - padding, x·stride + kx - padding] += Σ ±w[ky, kx, c]} over the spikes {@code c} of each target
     * position {@code (y, x)}, added one row after the other in the order {@code ky}, {@code kx}, {@code c}.
     *
     * @param geometry the window
     * @param sent spikes of the target layer
     * @param weights backward layout
     * @param current current of the source layer, added to
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void addBackward(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            FloatTensor current,
            int firstImage,
            int endImage);
}

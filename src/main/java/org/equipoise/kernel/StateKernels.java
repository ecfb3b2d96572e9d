package org.equipoise.kernel;

import org.equipoise.tensor.FloatTensor;

/**
 * What weights do to real-valued states: the convolution {@code w ∗ s} and its transpose {@code w ⋆ s}. Products are added with
 * one rounding (a fused multiply-add). Weight layouts are those of {@link SpikeKernels}.
 */
public interface StateKernels {
    /**
     * {@code to[y, x] += Σ s[c] · w[ky, kx, c]} over the window of each target position, in the order {@code ky}, {@code kx}, {@code
     * c}.
     *
     * @param geometry the window
     * @param sent states of the source layer
     * @param weights forward layout
     * @param to current of the target layer, added to
     * @param images how many images, from the first
     */
    void addForward(ConvolutionGeometry geometry, FloatTensor sent, WeightBlocks weights, FloatTensor to, int images);

    /**
     * {@code to[y·stride + ky - padding, x·stride + kx - padding] += Σ s[c] · w[ky, kx, c]} over the channels {@code c} of each target
     * position {@code (y, x)}, in the order {@code ky}, {@code kx}, {@code c}.
     *
     * @param geometry the window
     * @param sent states of the target layer
     * @param weights backward layout
     * @param to current of the source layer, added to
     * @param images how many images, from the first
     */
    void addBackward(ConvolutionGeometry geometry, FloatTensor sent, WeightBlocks weights, FloatTensor to, int images);
}

package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import org.equipoise.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/** What learning does to weights: outer products of states, the update, and the layouts derived from the master copy. Only the latter may be in another format than float32. */
public interface PlasticityKernels {
    /**
     * For some taps {@code (ky, kx)}: {@code gradient[ky, kx, c][lanes of the block] += Σ s_source[y·stride + ky - padding, …, c] · (sign · s_target[y, x])}
     * summed in the order of images, then target positions, each term added with one rounding (a fused multiply-add).
     *
     * @param geometry the window
     * @param source states of the source layer
     * @param target states of the target layer
     * @param sign factor of the products: 1 or -1, or a gain
     * @param firstImage first image
     * @param endImage one more than the last image
     * @param gradient forward layout, added to
     * @param block which block of lanes
     * @param firstTap the first tap, {@code ky * kernelWidth + kx}
     * @param endTap one more than the last tap
     */
    void addOuterProducts(
            ConvolutionGeometry geometry,
            FloatTensor source,
            FloatTensor target,
            float sign,
            int firstImage,
            int endImage,
            WeightBlocks gradient,
            int block,
            int firstTap,
            int endTap);

    /**
     * {@code gradient[c] += sign · Σ s_target[y, x, c]} in the order of images, then positions.
     *
     * @param target states of the target layer
     * @param sign 1 or -1
     * @param images how many images, from the first
     * @param gradient one value a channel
     */
    void addBiasGradient(FloatTensor target, float sign, int images, MemorySegment gradient);

    /**
     * Stochastic gradient descent on one block of a connection's master weights. The change of a weight is the sum of the folded
     * gradient's taps that it takes part in (rows first), times {@code scale}, less weight decay; with momentum a velocity
     * gathers it.
     *
     * <pre>
     * Δ = scale · Σ gradient − decay · w        m = μ·m + Δ        w = keep · w + rate · m
     * </pre>
     *
     * <p>Of Nesterov's form {@code μ·m + Δ}, with the new m, takes the place of m in the last equation.
     *
     * @param folding how pooling folds into the kernel
     * @param channels source channel stride
     * @param gradient folded forward layout
     * @param descent constants of the update
     * @param velocity m in the master's layout, or null without momentum
     * @param master weights in unfolded forward layout, updated
     * @param block which block of lanes
     */
    void sgdUpdate(
            PoolFolding folding,
            int channels,
            WeightBlocks gradient,
            Descent descent,
            @Nullable WeightBlocks velocity,
            WeightBlocks master,
            int block);

    /**
     * Constants of one update.
     *
     * @param scale factor from summed outer products to the mean gradient step
     * @param rate learning rate η of the layer
     * @param momentum μ
     * @param nesterov whether momentum is of Nesterov's form
     * @param decay weight decay, part of the gradient
     * @param keep what is left of a weight beside the gradient: 1, or less by decoupled weight decay
     */
    record Descent(float scale, float rate, float momentum, boolean nesterov, float decay, float keep) {}

    /**
     * Adam (Kingma and Ba 2015) on one block of a connection's master weights, with the same {@code Δ} as {@link #sgdUpdate}. Each
     * operation is rounded to float32, in this order:
     *
     * <pre>
     * Δ = scale · Σ gradient − decay · w
     * m = β₁·m + (1−β₁)·Δ        v = β₂·v + (1−β₂)·(Δ·Δ)
     * w = keep · w + (rate · m) / (√v · correction + ε)
     * </pre>
     *
     * @param folding how pooling folds into the kernel
     * @param channels source channel stride
     * @param gradient folded forward layout
     * @param adaptation constants of the update
     * @param mean m in the master's layout, updated
     * @param square v in the master's layout, updated
     * @param master weights in unfolded forward layout, updated
     * @param block which block of lanes
     */
    void adapt(
            PoolFolding folding,
            int channels,
            WeightBlocks gradient,
            Adaptation adaptation,
            WeightBlocks mean,
            WeightBlocks square,
            WeightBlocks master,
            int block);

    /**
     * Constants of one update of Adam.
     *
     * @param scale factor from summed outer products to the mean gradient step
     * @param rate learning rate of the layer over {@code 1 − β₁^t}, which corrects the mean for having started at zero
     * @param decay weight decay, part of the gradient
     * @param keep what is left of a weight beside the gradient: 1, or less by decoupled weight decay
     * @param keepMean β₁
     * @param newMean {@code 1 − β₁}
     * @param keepSquare β₂
     * @param newSquare {@code 1 − β₂}
     * @param correction {@code 1 / √(1 − β₂^t)}
     * @param epsilon ε
     */
    record Adaptation(
            float scale,
            float rate,
            float decay,
            float keep,
            float keepMean,
            float newMean,
            float keepSquare,
            float newSquare,
            float correction,
            float epsilon) {}

    /**
     * Folds pooling into one block of a connection's forward weights: {@code folded[t] = mean · Σ master[t − stride·i]} over the
     * members {@code i} of a pooling window, rows first.
     *
     * @param folding how pooling folds into the kernel
     * @param channels source channel stride
     * @param master unfolded forward layout
     * @param folded folded forward layout, written
     * @param block which block of lanes
     */
    void fold(PoolFolding folding, int channels, WeightBlocks master, WeightBlocks folded, int block);

    /**
     * Derives one tap of the backward weights: {@code backward[ky, kx, c'][c] = gain · forward[ky, kx, c][c']}.
     *
     * @param geometry the window
     * @param forward forward layout
     * @param gain factor of the backward route
     * @param backward backward layout, written
     * @param tap which tap
     */
    void transpose(ConvolutionGeometry geometry, WeightBlocks forward, float gain, WeightBlocks backward, int tap);
}

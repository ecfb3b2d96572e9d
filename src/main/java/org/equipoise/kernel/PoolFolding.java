package org.equipoise.kernel;

import org.equipoise.tensor.LayerLayout;

/**
 * How average pooling over {@code pool × pool} windows folds into the convolution before it: the mean of shifted convolutions is
 * one convolution with the box-filtered kernel and the product of the strides.
 *
 * @param kernel side of the convolution's own kernel
 * @param stride the convolution's own stride
 * @param pool side of the pooling window, 1 for none
 */
public record PoolFolding(int kernel, int stride, int pool) {
    /** Nothing folds in: the taps are those of the learnt kernel, whatever its shape. */
    public static final PoolFolding NONE = new PoolFolding(1, 1, 1);

    /** {@return the side of the folded kernel} */
    public int foldedKernel() {
        return kernel + stride * (pool - 1);
    }

    /** {@return the stride of the folded convolution} */
    public int foldedStride() {
        return stride * pool;
    }

    /**
     * @param convolution the window of the learnt kernel
     * @return the window of the folded kernel, from the same source to the pooled layer
     */
    public ConvolutionGeometry fold(ConvolutionGeometry convolution) {
        LayerLayout map = convolution.target();
        return new ConvolutionGeometry(
                convolution.source(),
                LayerLayout.ofNeurons(map.channels(), map.height() / pool, map.width() / pool),
                foldedKernel(),
                foldedKernel(),
                foldedStride(),
                convolution.padding());
    }

    /** {@return {@code 1 / pool²}, the weight of each member of a pooling window} */
    public float mean() {
        return 1f / (pool * pool);
    }

    /**
     * @param tap tap of the learnt kernel, {@code ky * kernel + kx}
     * @param member member of the pooling window, {@code i * pool + j}
     * @return the tap of the folded kernel that this member sees through that tap
     */
    public int foldedTap(int tap, int member) {
        int ky = tap / kernel + stride * (member / pool);
        int kx = tap % kernel + stride * (member % pool);
        return ky * foldedKernel() + kx;
    }
}

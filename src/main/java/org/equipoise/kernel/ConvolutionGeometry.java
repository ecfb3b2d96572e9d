package org.equipoise.kernel;

import org.equipoise.tensor.LayerLayout;

/**
 * Where a convolution's window lies. A linear layer is the case of one target position whose window is the whole source.
 *
 * <p>Tap {@code (ky, kx)} of target position {@code (y, x)} reads source position {@code (y * stride + ky - padding, x * stride +
 * kx - padding)}; taps outside the source read nothing.
 *
 * @param source layer the window reads
 * @param target layer it produces
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param stride distance between neighbouring windows
 * @param padding rows and columns of nothing before the source
 */
public record ConvolutionGeometry(
        LayerLayout source, LayerLayout target, int kernelHeight, int kernelWidth, int stride, int padding) {

    /**
     * @param source layer read
     * @param target layer of one position
     * @return the geometry of a linear layer
     */
    public static ConvolutionGeometry linear(LayerLayout source, LayerLayout target) {
        return new ConvolutionGeometry(source, target, source.height(), source.width(), 1, 0);
    }

    /**
     * @param channels a layer of as many positions as the target
     * @return the same windows, to that layer
     */
    public ConvolutionGeometry to(LayerLayout channels) {
        return new ConvolutionGeometry(source, channels, kernelHeight, kernelWidth, stride, padding);
    }

    /** {@return whether there is one window and it is the whole source, as in a linear layer} */
    public boolean coversSource() {
        return target.positions() == 1
                && padding == 0
                && kernelHeight == source.height()
                && kernelWidth == source.width();
    }

    /** {@return the number of taps: kernel height × width} */
    public int taps() {
        return kernelHeight * kernelWidth;
    }

    /** {@return the weight rows of the forward layout, one a tap and source channel} */
    public int forwardRows() {
        return Math.multiplyExact(taps(), source.channelStride());
    }

    /** {@return the weight rows of the backward layout, one a tap and target channel} */
    public int backwardRows() {
        return Math.multiplyExact(taps(), target.channelStride());
    }

    /**
     * @param y target row
     * @param ky tap row
     * @return the source row it reads, outside {@code 0 … source.height - 1} where it reads nothing
     */
    public int sourceRow(int y, int ky) {
        return y * stride + ky - padding;
    }

    /**
     * @param x target column
     * @param kx tap column
     * @return the source column it reads, outside {@code 0 … source.width - 1} where it reads nothing
     */
    public int sourceColumn(int x, int kx) {
        return x * stride + kx - padding;
    }

    /**
     * @param y target row
     * @return the first row of its window that lies inside the source
     */
    public int firstKernelRow(int y) {
        return Math.max(0, -sourceRow(y, 0));
    }

    /**
     * @param y target row
     * @return one more than the last row of its window that lies inside the source
     */
    public int endKernelRow(int y) {
        return Math.min(kernelHeight, source.height() - sourceRow(y, 0));
    }

    /**
     * @param x target column
     * @return the first column of its window that lies inside the source
     */
    public int firstKernelColumn(int x) {
        return Math.max(0, -sourceColumn(x, 0));
    }

    /**
     * @param x target column
     * @return one more than the last column of its window that lies inside the source
     */
    public int endKernelColumn(int x) {
        return Math.min(kernelWidth, source.width() - sourceColumn(x, 0));
    }

    /**
     * @param ky tap row
     * @return the first target row whose tap {@code ky} lies inside the source
     */
    public int firstTargetRow(int ky) {
        return Math.max(0, Math.ceilDiv(padding - ky, stride));
    }

    /**
     * @param ky tap row
     * @return one more than the last target row whose tap {@code ky} lies inside the source
     */
    public int endTargetRow(int ky) {
        return Math.min(target.height(), Math.floorDiv(source.height() - 1 + padding - ky, stride) + 1);
    }

    /**
     * @param kx tap column
     * @return the first target column whose tap {@code kx} lies inside the source
     */
    public int firstTargetColumn(int kx) {
        return Math.max(0, Math.ceilDiv(padding - kx, stride));
    }

    /**
     * @param kx tap column
     * @return one more than the last target column whose tap {@code kx} lies inside the source
     */
    public int endTargetColumn(int kx) {
        return Math.min(target.width(), Math.floorDiv(source.width() - 1 + padding - kx, stride) + 1);
    }

    /**
     * @param y target row
     * @param x target column
     * @param tap {@code ky * kernelWidth + kx}
     * @return the source position that tap reads, or -1 outside the source
     */
    public int sourcePosition(int y, int x, int tap) {
        int row = sourceRow(y, tap / kernelWidth);
        int column = sourceColumn(x, tap % kernelWidth);
        boolean inside = row >= 0 && row < source.height() && column >= 0 && column < source.width();
        return inside ? row * source.width() + column : -1;
    }
}

package org.equipoise.bench.work;

import org.equipoise.kernel.ConvolutionGeometry;
import org.equipoise.kernel.PoolFolding;
import org.equipoise.tensor.LayerLayout;

/**
 * A connection to measure: those of the paper's network (28×28 – 128C3 – 2×2 mean pool – 256C3 – 2×2 mean pool – 512), pooling
 * folded in.
 *
 * @param geometry the folded window
 * @param folding how pooling folds into the kernel that is learnt
 * @param learntTaps taps of that kernel
 */
public record Shape(ConvolutionGeometry geometry, PoolFolding folding, int learntTaps) {
    private static final PoolFolding KERNEL_3_POOL_2 = new PoolFolding(3, 1, 2);

    /**
     * @param channels channels below and above, such as {@code 128-256}
     * @return the second convolution, 13×13 to 5×5, with that many channels
     */
    public static Shape convolution(String channels) {
        String[] ends = channels.split("-");
        if (ends.length != 2) {
            throw new IllegalArgumentException(
                    "'" + channels + "' was found where channels such as 128-256 were expected");
        }
        return pooled(
                LayerLayout.ofNeurons(Integer.parseInt(ends[0]), 13, 13),
                LayerLayout.ofNeurons(Integer.parseInt(ends[1]), 5, 5));
    }

    /** {@return the first convolution, from the image, 28×28×1 to 13×13×128} */
    public static Shape image() {
        return pooled(LayerLayout.ofImage(1, 28, 28), LayerLayout.ofNeurons(128, 13, 13));
    }

    /** {@return the linear layer, 6400 to 512} */
    public static Shape linear() {
        ConvolutionGeometry geometry =
                ConvolutionGeometry.linear(LayerLayout.ofNeurons(256, 5, 5), LayerLayout.ofNeurons(512, 1, 1));
        return new Shape(geometry, new PoolFolding(1, 1, 1), geometry.taps());
    }

    /**
     * @param connection {@code image}, {@code convolution} or {@code linear}
     * @return that connection of the paper's network
     */
    public static Shape named(String connection) {
        return switch (connection) {
            case "image" -> image();
            case "convolution" -> convolution("128-256");
            case "linear" -> linear();
            default ->
                throw new IllegalArgumentException(
                        "'" + connection + "' was found where image, convolution or linear was expected");
        };
    }

    private static Shape pooled(LayerLayout below, LayerLayout layer) {
        PoolFolding folding = KERNEL_3_POOL_2;
        int side = folding.foldedKernel();
        return new Shape(
                new ConvolutionGeometry(below, layer, side, side, folding.foldedStride(), 0),
                folding,
                folding.kernel() * folding.kernel());
    }

    /** {@return whether anything goes back to the layer below: not if it is a clamped image} */
    boolean hasBackward() {
        return below().channelStride() % LayerLayout.LINE == 0;
    }

    LayerLayout below() {
        return geometry.source();
    }

    LayerLayout layer() {
        return geometry.target();
    }
}

package org.equipoise.kernel;

import org.equipoise.tensor.LayerLayout;

/**
 * Receivers at equal distances, those of each image: the positions to which one tap, or one row of taps, of a convolution sends.
 *
 * @param rows rows of an image's grid
 * @param columns its columns
 * @param firstSender first sender of the first receiver, a neuron of the first image
 * @param sendersImage neurons between the senders of two images, as spikes are numbered
 * @param sendersRow neurons between the senders of two rows
 * @param sendersColumn neurons between the senders of two columns
 * @param firstSum byte offset of the first receiver's sums within its image
 * @param sumsImage bytes of sums between two images
 * @param sumsRow bytes of sums between two rows
 * @param sumsColumn bytes of sums between two columns
 */
record ReceiverGrid(
        int rows,
        int columns,
        int firstSender,
        int sendersImage,
        int sendersRow,
        int sendersColumn,
        long firstSum,
        long sumsImage,
        long sumsRow,
        long sumsColumn) {

    /** The positions of the target layer whose tap (ky, kx) lies inside the source. */
    static ReceiverGrid forward(ConvolutionGeometry geometry, int ky, int kx) {
        int y = geometry.firstTargetRow(ky);
        int x = geometry.firstTargetColumn(kx);
        return forward(geometry, y, geometry.endTargetRow(ky) - y, x, geometry.endTargetColumn(kx) - x, ky, kx);
    }

    /** A rectangle of positions of the target layer, and what they see through tap (ky, kx), which lies inside the source for all. */
    static ReceiverGrid forward(ConvolutionGeometry geometry, int y, int rows, int x, int columns, int ky, int kx) {
        LayerLayout source = geometry.source();
        LayerLayout target = geometry.target();
        int sender = geometry.sourceRow(y, ky) * source.width() + geometry.sourceColumn(x, kx);
        return new ReceiverGrid(
                rows,
                columns,
                source.index(sender, 0),
                source.wordStride() * Long.SIZE,
                source.index(geometry.stride() * source.width(), 0),
                source.index(geometry.stride(), 0),
                bytes(target.index(y * target.width() + x, 0)),
                bytes(target.floatStride()),
                bytes(target.index(target.width(), 0)),
                bytes(target.index(1, 0)));
    }

    /** The positions of the source layer to which the target layer's positions send back through tap (ky, kx). */
    static ReceiverGrid backward(ConvolutionGeometry geometry, int ky, int kx) {
        LayerLayout layer = geometry.target();
        LayerLayout below = geometry.source();
        int y = geometry.firstTargetRow(ky);
        int x = geometry.firstTargetColumn(kx);
        int receiver = geometry.sourceRow(y, ky) * below.width() + geometry.sourceColumn(x, kx);
        return new ReceiverGrid(
                geometry.endTargetRow(ky) - y,
                geometry.endTargetColumn(kx) - x,
                layer.index(y * layer.width() + x, 0),
                layer.wordStride() * Long.SIZE,
                layer.index(layer.width(), 0),
                layer.index(1, 0),
                bytes(below.index(receiver, 0)),
                bytes(below.floatStride()),
                bytes(below.index(geometry.stride() * below.width(), 0)),
                bytes(below.index(geometry.stride(), 0)));
    }

    private static long bytes(int floats) {
        return (long) floats * Float.BYTES;
    }

    boolean isEmpty() {
        return rows <= 0 || columns <= 0;
    }
}

package org.equipoise.kernel;

import org.equipoise.kernel.StateTile.Rows;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;

/**
 * Adds weight rows with vectors whose lanes are neighbouring channels.
 *
 * <p>Receivers whose windows leave the source by the same rows and columns make a grid; all of it takes the same weight rows, so
 * that a piece of them, kept near, is passed over by the receivers of all images. Without padding there is one grid.
 */
final class VectorStateKernels implements StateKernels {
    /** A kilobyte for every thread that ever calls, on the heap, so that a call allocates nothing to speak of. */
    private static final ThreadLocal<StateTile> TILE = ThreadLocal.withInitial(StateTile::new);

    private final ScalarStateKernels scalar = new ScalarStateKernels();

    @Override
    public void addForward(
            ConvolutionGeometry geometry, FloatTensor sent, WeightBlocks weights, FloatTensor to, int images) {
        if (!(weights.format() instanceof Float32Weights)) {
            scalar.addForward(geometry, sent, weights, to, images);
            return;
        }
        LayerLayout target = geometry.target();
        StateTile tile = TILE.get();
        for (int block = 0; block < weights.blocks(); block++) {
            for (int y = 0, nextY; y < target.height(); y = nextY) {
                nextY = endOfRowsLike(geometry, y);
                for (int x = 0, nextX; x < target.width(); x = nextX) {
                    nextX = endOfColumnsLike(geometry, x);
                    addWindows(tile, geometry, sent, weights, block, y, nextY - y, x, nextX - x, to, images);
                }
            }
        }
    }

    private static int endOfRowsLike(ConvolutionGeometry geometry, int y) {
        int end = y + 1;
        while (end < geometry.target().height()
                && geometry.firstKernelRow(end) == geometry.firstKernelRow(y)
                && geometry.endKernelRow(end) == geometry.endKernelRow(y)) {
            end++;
        }
        return end;
    }

    private static int endOfColumnsLike(ConvolutionGeometry geometry, int x) {
        int end = x + 1;
        while (end < geometry.target().width()
                && geometry.firstKernelColumn(end) == geometry.firstKernelColumn(x)
                && geometry.endKernelColumn(end) == geometry.endKernelColumn(x)) {
            end++;
        }
        return end;
    }

    /** The windows of a rectangle of target positions, which all leave the source by the same rows and columns. */
    private static void addWindows(
            StateTile tile,
            ConvolutionGeometry geometry,
            FloatTensor sent,
            WeightBlocks weights,
            int block,
            int y,
            int height,
            int x,
            int width,
            FloatTensor to,
            int images) {
        LayerLayout source = geometry.source();
        int ky = geometry.firstKernelRow(y);
        int kx = geometry.firstKernelColumn(x);
        int runs = geometry.endKernelRow(y) - ky;
        int length = (geometry.endKernelColumn(x) - kx) * source.channelStride();
        if (runs <= 0 || length <= 0) {
            return;
        }
        int nextRun = source.width() * source.channelStride();
        int nextRunRow = geometry.kernelWidth() * source.channelStride();
        if (length == nextRun && length == nextRunRow) {
            length *= runs;
            runs = 1;
        }
        long rowBytes = weights.rowBytes(block);
        Rows rows = new Rows(
                weights.segment(),
                weights.rowOffset(block, (ky * geometry.kernelWidth() + kx) * source.channelStride()),
                weights.blockLanes(block),
                rowBytes,
                nextRunRow * rowBytes,
                nextRun * (long) Float.BYTES,
                runs,
                length);
        ReceiverGrid grid = ReceiverGrid.forward(geometry, y, height, x, width, ky, kx);
        addPieces(tile, rows, grid, sent, to, images, block);
    }

    @Override
    public void addBackward(
            ConvolutionGeometry geometry, FloatTensor sent, WeightBlocks weights, FloatTensor to, int images) {
        if (!(weights.format() instanceof Float32Weights)) {
            scalar.addBackward(geometry, sent, weights, to, images);
            return;
        }
        StateTile tile = TILE.get();
        for (int block = 0; block < weights.blocks(); block++) {
            for (int tap = 0; tap < geometry.taps(); tap++) {
                addBackwardTap(tile, geometry, sent, weights, block, tap, to, images);
            }
        }
    }

    private static void addBackwardTap(
            StateTile tile,
            ConvolutionGeometry geometry,
            FloatTensor sent,
            WeightBlocks weights,
            int block,
            int tap,
            FloatTensor to,
            int images) {
        ReceiverGrid grid = ReceiverGrid.backward(geometry, tap / geometry.kernelWidth(), tap % geometry.kernelWidth());
        if (grid.isEmpty()) {
            return;
        }
        int channels = geometry.target().channelStride();
        Rows rows = new Rows(
                weights.segment(),
                weights.rowOffset(block, tap * channels),
                weights.blockLanes(block),
                weights.rowBytes(block),
                0,
                0,
                1,
                channels);
        addPieces(tile, rows, grid, sent, to, images, block);
    }

    private static void addPieces(
            StateTile tile, Rows rows, ReceiverGrid grid, FloatTensor sent, FloatTensor to, int images, int block) {
        long states = sent.imageOffset(0) + grid.firstSender() * 4L;
        long nextImage = sent.layout().floatStride() * 4L;
        long sums = to.imageOffset(0) + grid.firstSum() + block * (WeightBlocks.BLOCK_LANES * 4L);
        for (int piece = 0; piece < rows.pieces(); piece++) {
            tile.add(
                    rows.piece(piece),
                    grid,
                    images,
                    sent.segment(),
                    states + rows.pieceState(piece),
                    nextImage,
                    to.segment(),
                    sums);
        }
    }
}

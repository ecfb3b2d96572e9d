package org.equipoise.kernel;

import org.equipoise.kernel.StateTile.Grid;
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
        if (weights.format() != WeightFormat.FLOAT32) {
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
                    Receivers receivers = new Receivers(y, nextY - y, x, nextX - x);
                    addWindows(tile, geometry, sent, weights, block, receivers, to, images);
                }
            }
        }
    }

    /** A rectangle of target positions. */
    private record Receivers(int y, int rows, int x, int columns) {}

    private static int firstKernelRow(ConvolutionGeometry geometry, int y) {
        return Math.max(0, -geometry.sourceRow(y, 0));
    }

    private static int endKernelRow(ConvolutionGeometry geometry, int y) {
        return Math.min(geometry.kernelHeight(), geometry.source().height() - geometry.sourceRow(y, 0));
    }

    private static int firstKernelColumn(ConvolutionGeometry geometry, int x) {
        return Math.max(0, -geometry.sourceColumn(x, 0));
    }

    private static int endKernelColumn(ConvolutionGeometry geometry, int x) {
        return Math.min(geometry.kernelWidth(), geometry.source().width() - geometry.sourceColumn(x, 0));
    }

    private static int endOfRowsLike(ConvolutionGeometry geometry, int y) {
        int end = y + 1;
        while (end < geometry.target().height()
                && firstKernelRow(geometry, end) == firstKernelRow(geometry, y)
                && endKernelRow(geometry, end) == endKernelRow(geometry, y)) {
            end++;
        }
        return end;
    }

    private static int endOfColumnsLike(ConvolutionGeometry geometry, int x) {
        int end = x + 1;
        while (end < geometry.target().width()
                && firstKernelColumn(geometry, end) == firstKernelColumn(geometry, x)
                && endKernelColumn(geometry, end) == endKernelColumn(geometry, x)) {
            end++;
        }
        return end;
    }

    private static void addWindows(
            StateTile tile,
            ConvolutionGeometry geometry,
            FloatTensor sent,
            WeightBlocks weights,
            int block,
            Receivers receivers,
            FloatTensor to,
            int images) {
        LayerLayout source = geometry.source();
        LayerLayout target = geometry.target();
        int ky = firstKernelRow(geometry, receivers.y());
        int kx = firstKernelColumn(geometry, receivers.x());
        int runs = endKernelRow(geometry, receivers.y()) - ky;
        int length = (endKernelColumn(geometry, receivers.x()) - kx) * source.channelStride();
        if (runs <= 0 || length <= 0) {
            return;
        }
        int nextRun = source.width() * source.channelStride();
        int nextRunRow = geometry.kernelWidth() * source.channelStride();
        if (length == nextRun && length == nextRunRow) {
            length *= runs;
            runs = 1;
        }
        int firstTap = ky * geometry.kernelWidth() + kx;
        long rowBytes = weights.rowBytes(block);
        Rows rows = new Rows(
                weights.segment(),
                weights.rowOffset(block, firstTap * source.channelStride()),
                weights.blockLanes(block),
                rowBytes,
                nextRunRow * rowBytes,
                nextRun * (long) Float.BYTES,
                runs,
                length);
        long fromPosition = source.channelStride() * (long) Float.BYTES;
        long toPosition = target.channelStride() * (long) Float.BYTES;
        Grid grid = new Grid(
                images,
                receivers.rows(),
                receivers.columns(),
                source.floatStride() * (long) Float.BYTES,
                (long) geometry.stride() * source.width() * fromPosition,
                geometry.stride() * fromPosition,
                target.floatStride() * (long) Float.BYTES,
                target.width() * toPosition,
                toPosition);
        long firstState = geometry.sourcePosition(receivers.y(), receivers.x(), firstTap) * fromPosition;
        long firstSum = (receivers.y() * target.width() + receivers.x()) * toPosition;
        addPieces(tile, rows, grid, sent, firstState, to, firstSum, block);
    }

    @Override
    public void addBackward(
            ConvolutionGeometry geometry, FloatTensor sent, WeightBlocks weights, FloatTensor to, int images) {
        if (weights.format() != WeightFormat.FLOAT32) {
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
        LayerLayout layer = geometry.target();
        LayerLayout below = geometry.source();
        int ky = tap / geometry.kernelWidth();
        int kx = tap % geometry.kernelWidth();
        int firstY = geometry.firstTargetRow(ky);
        int firstX = geometry.firstTargetColumn(kx);
        int height = geometry.endTargetRow(ky) - firstY;
        int width = geometry.endTargetColumn(kx) - firstX;
        if (height <= 0 || width <= 0) {
            return;
        }
        Rows rows = new Rows(
                weights.segment(),
                weights.rowOffset(block, tap * layer.channelStride()),
                weights.blockLanes(block),
                weights.rowBytes(block),
                0,
                0,
                1,
                layer.channelStride());
        long fromPosition = layer.channelStride() * (long) Float.BYTES;
        long toPosition = below.channelStride() * (long) Float.BYTES;
        Grid grid = new Grid(
                images,
                height,
                width,
                layer.floatStride() * (long) Float.BYTES,
                layer.width() * fromPosition,
                fromPosition,
                below.floatStride() * (long) Float.BYTES,
                (long) geometry.stride() * below.width() * toPosition,
                geometry.stride() * toPosition);
        long firstState = (firstY * layer.width() + firstX) * fromPosition;
        long firstSum = geometry.sourcePosition(firstY, firstX, tap) * toPosition;
        addPieces(tile, rows, grid, sent, firstState, to, firstSum, block);
    }

    private static void addPieces(
            StateTile tile,
            Rows rows,
            Grid grid,
            FloatTensor sent,
            long firstState,
            FloatTensor to,
            long firstSum,
            int block) {
        long states = sent.imageOffset(0) + firstState;
        long sums = to.imageOffset(0) + firstSum + block * (long) WeightBlocks.BLOCK_LANES * Float.BYTES;
        for (int piece = 0; piece < rows.pieces(); piece++) {
            tile.add(rows.piece(piece), grid, sent.segment(), states + rows.pieceState(piece), to.segment(), sums);
        }
    }
}

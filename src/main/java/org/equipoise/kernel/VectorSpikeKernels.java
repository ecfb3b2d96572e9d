package org.equipoise.kernel;

import static org.equipoise.kernel.WeightBlocks.TILE_ROWS;

import java.util.List;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;

/**
 * Adds weight rows with vectors whose lanes are neighbouring channels, so that a spike costs one addition a lane and nothing is
 * masked or reduced.
 *
 * <p>What deviates is listed once. Weights are then passed over tile by tile, each tile by all images, each image by all its
 * receivers. Senders whose rows follow each other in the weights and whose numbers follow each other in the list make a run: the
 * taps of a kernel's row where no window leaves the source, the whole source of a linear layer, else a single tap.
 */
final class VectorSpikeKernels implements SpikeKernels {
    /** From so many uses of the mean row on, a tile is fetched in sequence before it is used in no order. */
    private static final double USES_WORTH_FETCHING = 1.5;

    private final ScalarSpikeKernels scalar = new ScalarSpikeKernels();
    private final ReceiverGrids grids = new ReceiverGrids();

    @Override
    public void addForward(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            FloatTensor from,
            FloatTensor to,
            int firstImage,
            int endImage) {
        if (!(weights.format() instanceof Float32Weights)) {
            scalar.addForward(geometry, sent, weights, from, to, firstImage, endImage);
            return;
        }
        LayerLayout source = geometry.source();
        boolean whole = geometry.coversSource();
        if (!whole && source.channelStride() % LayerLayout.LINE != 0) {
            SpikeWindows.addForward(geometry, sent, weights, from, to, firstImage, endImage);
            return;
        }
        FloatTensor start = from;
        if (from.imageOffset(firstImage) != to.imageOffset(firstImage)) {
            // A run reads and writes at one offset, which a whole batch and a window on it do not share.
            to.copyFrom(firstImage, from, firstImage, endImage - firstImage);
            start = to;
        }
        ReceiverGrids.Grids known = grids.of(geometry);
        List<ReceiverGrid> forward = known.forward();
        int events = EventList.write(sent, firstImage, endImage);
        if (whole) {
            addRun(
                    forward.getFirst(),
                    0,
                    source.paddedNeurons(),
                    sent,
                    events,
                    weights,
                    start,
                    to,
                    firstImage,
                    endImage);
        } else if (known.rowsInside()) {
            int run = geometry.kernelWidth() * source.channelStride();
            for (int ky = 0; ky < geometry.kernelHeight(); ky++) {
                ReceiverGrid grid = forward.get(ky * geometry.kernelWidth());
                addRun(grid, ky * run, run, sent, events, weights, start, to, firstImage, endImage);
                start = to;
            }
        } else {
            to.copyFrom(firstImage, from, firstImage, endImage - firstImage);
            int run = source.channelStride();
            for (int tap = 0; tap < geometry.taps(); tap++) {
                addRun(forward.get(tap), tap * run, run, sent, events, weights, to, to, firstImage, endImage);
            }
        }
    }

    @Override
    public void addBackward(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            FloatTensor current,
            int firstImage,
            int endImage) {
        if (!(weights.format() instanceof Float32Weights)) {
            scalar.addBackward(geometry, sent, weights, current, firstImage, endImage);
            return;
        }
        List<ReceiverGrid> backward = grids.of(geometry).backward();
        int events = EventList.write(sent, firstImage, endImage);
        int run = geometry.target().channelStride();
        for (int tap = 0; tap < geometry.taps(); tap++) {
            addRun(backward.get(tap), tap * run, run, sent, events, weights, current, current, firstImage, endImage);
        }
    }

    /**
     * @param grid the receivers
     * @param firstRow weight row of the first sender
     * @param length how many senders' rows and numbers follow each other
     * @param events how many senders are listed in all
     */
    private static void addRun(
            ReceiverGrid grid,
            int firstRow,
            int length,
            SpikeDifference sent,
            int events,
            WeightBlocks weights,
            FloatTensor from,
            FloatTensor to,
            int firstImage,
            int endImage) {
        LayerLayout layer = sent.layout();
        double uses = (double) events * grid.rows() * grid.columns() / layer.paddedNeurons();
        int shift = EventList.groupShift(layer);
        FloatTensor start = from;
        for (int first = 0; first < length; first += TILE_ROWS) {
            int rows = Math.min(TILE_ROWS, length - first);
            int groups = Math.ceilDiv(rows, 1 << shift);
            for (int block = 0; block < weights.blocks(); block++) {
                if (uses >= USES_WORTH_FETCHING) {
                    WeightFetch.fetch(weights, block, firstRow + first, rows);
                }
                Float32SpikeTile.add(
                        weights.blockLanes(block),
                        weights.segment(),
                        weights.rowOffset(block, firstRow + first),
                        sent.events().numbers(),
                        sent.events().starts(),
                        shift,
                        groups,
                        grid.firstSender() + first,
                        endImage - firstImage,
                        grid,
                        start.segment(),
                        to.segment(),
                        to.imageOffset(firstImage)
                                + grid.firstSum()
                                + block * (WeightBlocks.BLOCK_LANES * (long) Float.BYTES));
            }
            start = to;
        }
    }
}

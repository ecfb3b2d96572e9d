package org.equipoise.kernel;

import static org.equipoise.kernel.WeightBlocks.TILE_ROWS;

import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;

/**
 * Adds weight rows with vectors whose lanes are neighbouring channels, so that a spike costs one addition a lane and nothing is
 * masked or reduced.
 *
 * <p>Weights are passed over tile by tile, each tile by all images, each image by all its receivers. Senders whose rows follow each
 * other in the weights and whose bits follow each other in the spikes make a run: the taps of a kernel's row where no window
 * leaves the source, the whole source of a linear layer, else a single tap.
 */
final class VectorSpikeKernels implements SpikeKernels {
    @Override
    public void addForward(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            FloatTensor from,
            FloatTensor to,
            int firstImage,
            int endImage) {
        LayerLayout source = geometry.source();
        boolean whole = geometry.coversSource();
        if (!whole && source.channelStride() % Byte.SIZE != 0) {
            SpikeWindows.addForward(geometry, sent, weights, from, to, firstImage, endImage);
            return;
        }
        boolean inside = whole || geometry.padding() == 0;
        FloatTensor start = from;
        if (!inside) {
            to.copyFrom(firstImage, from, firstImage, endImage - firstImage);
            start = to;
        }
        for (int block = 0; block < weights.blocks(); block++) {
            if (whole) {
                wholeSource(geometry, sent, weights, block, start, to, firstImage, endImage);
            } else if (inside) {
                insideWindows(geometry, sent, weights, block, start, to, firstImage, endImage);
            } else {
                for (int tap = 0; tap < geometry.taps(); tap++) {
                    clippedTap(geometry, sent, weights, block, tap, to, firstImage, endImage);
                }
            }
        }
    }

    /** A linear layer: one run of all neurons, and a grid of images. */
    private static void wholeSource(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            int block,
            FloatTensor from,
            FloatTensor to,
            int firstImage,
            int endImage) {
        LayerLayout source = geometry.source();
        ReceiverGrid grid = new ReceiverGrid(
                1,
                endImage - firstImage,
                0,
                source.wordStride() * (long) Long.BYTES,
                0,
                to.layout().floatStride() * (long) Float.BYTES);
        Runs runs = new Runs(1, source.paddedNeurons(), 0, sent.spikes().imageOffset(firstImage), 0);
        addRuns(runs, grid, sent, weights, block, from, to, blockOffset(block) + to.imageOffset(firstImage));
    }

    /** A convolution whose windows all lie inside the source: a run for each row of the kernel. */
    private static void insideWindows(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            int block,
            FloatTensor from,
            FloatTensor to,
            int firstImage,
            int endImage) {
        LayerLayout source = geometry.source();
        long positionBits = source.channelStride() / Byte.SIZE;
        ReceiverGrid grid = forwardGrid(
                geometry, geometry.target().height(), geometry.target().width());
        for (int image = firstImage; image < endImage; image++) {
            Runs runs = new Runs(
                    geometry.kernelHeight(),
                    geometry.kernelWidth() * source.channelStride(),
                    0,
                    sent.spikes().imageOffset(image),
                    source.width() * positionBits);
            addRuns(runs, grid, sent, weights, block, from, to, blockOffset(block) + to.imageOffset(image));
        }
    }

    private static void clippedTap(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            int block,
            int tap,
            FloatTensor to,
            int firstImage,
            int endImage) {
        LayerLayout source = geometry.source();
        LayerLayout target = geometry.target();
        int ky = tap / geometry.kernelWidth();
        int kx = tap % geometry.kernelWidth();
        int firstY = geometry.firstTargetRow(ky);
        int firstX = geometry.firstTargetColumn(kx);
        ReceiverGrid grid =
                forwardGrid(geometry, geometry.endTargetRow(ky) - firstY, geometry.endTargetColumn(kx) - firstX);
        if (grid.isEmpty()) {
            return;
        }
        int position = geometry.sourcePosition(firstY, firstX, tap);
        long sums = blockOffset(block) + target.index(firstY * target.width() + firstX, 0) * (long) Float.BYTES;
        for (int image = firstImage; image < endImage; image++) {
            Runs runs = new Runs(
                    1,
                    source.channelStride(),
                    tap * source.channelStride(),
                    sent.spikes().imageOffset(image) + source.index(position, 0) / Byte.SIZE,
                    0);
            addRuns(runs, grid, sent, weights, block, to, to, sums + to.imageOffset(image));
        }
    }

    private static ReceiverGrid forwardGrid(ConvolutionGeometry geometry, int rows, int columns) {
        LayerLayout source = geometry.source();
        LayerLayout target = geometry.target();
        long positionBits = source.channelStride() / Byte.SIZE;
        long positionSums = target.channelStride() * (long) Float.BYTES;
        return new ReceiverGrid(
                rows,
                columns,
                (long) geometry.stride() * source.width() * positionBits,
                geometry.stride() * positionBits,
                target.width() * positionSums,
                positionSums);
    }

    @Override
    public void addBackward(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            FloatTensor current,
            int firstImage,
            int endImage) {
        for (int block = 0; block < weights.blocks(); block++) {
            for (int tap = 0; tap < geometry.taps(); tap++) {
                if (geometry.target().positions() == 1) {
                    backwardOfOnePosition(geometry, sent, weights, block, tap, current, firstImage, endImage);
                } else {
                    backwardTap(geometry, sent, weights, block, tap, current, firstImage, endImage);
                }
            }
        }
    }

    /** From a layer of one position, such as a linear one: a grid of images. */
    private static void backwardOfOnePosition(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            int block,
            int tap,
            FloatTensor current,
            int firstImage,
            int endImage) {
        LayerLayout layer = geometry.target();
        int receiver = geometry.sourcePosition(0, 0, tap);
        if (receiver < 0) {
            return;
        }
        ReceiverGrid grid = new ReceiverGrid(
                1,
                endImage - firstImage,
                0,
                layer.wordStride() * (long) Long.BYTES,
                0,
                current.layout().floatStride() * (long) Float.BYTES);
        Runs runs = new Runs(
                1,
                layer.channelStride(),
                tap * layer.channelStride(),
                sent.spikes().imageOffset(firstImage),
                0);
        long sums = blockOffset(block)
                + current.imageOffset(firstImage)
                + geometry.source().index(receiver, 0) * (long) Float.BYTES;
        addRuns(runs, grid, sent, weights, block, current, current, sums);
    }

    private static void backwardTap(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            int block,
            int tap,
            FloatTensor current,
            int firstImage,
            int endImage) {
        LayerLayout layer = geometry.target();
        LayerLayout below = geometry.source();
        int ky = tap / geometry.kernelWidth();
        int kx = tap % geometry.kernelWidth();
        int firstY = geometry.firstTargetRow(ky);
        int firstX = geometry.firstTargetColumn(kx);
        long positionBits = layer.channelStride() / Byte.SIZE;
        long positionSums = below.channelStride() * (long) Float.BYTES;
        ReceiverGrid grid = new ReceiverGrid(
                geometry.endTargetRow(ky) - firstY,
                geometry.endTargetColumn(kx) - firstX,
                layer.width() * positionBits,
                positionBits,
                (long) geometry.stride() * below.width() * positionSums,
                geometry.stride() * positionSums);
        if (grid.isEmpty()) {
            return;
        }
        long bits = (firstY * layer.width() + firstX) * positionBits;
        long sums = blockOffset(block) + geometry.sourcePosition(firstY, firstX, tap) * positionSums;
        for (int image = firstImage; image < endImage; image++) {
            Runs runs = new Runs(
                    1,
                    layer.channelStride(),
                    tap * layer.channelStride(),
                    sent.spikes().imageOffset(image) + bits,
                    0);
            addRuns(runs, grid, sent, weights, block, current, current, sums + current.imageOffset(image));
        }
    }

    private static long blockOffset(int block) {
        return (long) block * WeightBlocks.BLOCK_LANES * Float.BYTES;
    }

    /**
     * Senders of the first receiver: runs of neurons whose weight rows follow each other, the runs too.
     *
     * @param count how many runs
     * @param length senders in a run
     * @param firstRow weight row of the first
     * @param firstBits byte offset of its bit
     * @param nextBits bytes of spikes from one run to the next
     */
    private record Runs(int count, int length, int firstRow, long firstBits, long nextBits) {
        int words() {
            return count * wordsOfRun();
        }

        private int wordsOfRun() {
            return Math.ceilDiv(length, TILE_ROWS);
        }

        private int inRun(int word) {
            return word % wordsOfRun() * TILE_ROWS;
        }

        int row(int word) {
            return firstRow + word / wordsOfRun() * length + inRun(word);
        }

        long bits(int word) {
            return firstBits + word / wordsOfRun() * nextBits + inRun(word) / Byte.SIZE;
        }

        int senders(int word) {
            return Math.min(TILE_ROWS, length - inRun(word));
        }
    }

    private static void addRuns(
            Runs runs,
            ReceiverGrid grid,
            SpikeDifference sent,
            WeightBlocks weights,
            int block,
            FloatTensor from,
            FloatTensor to,
            long sums) {
        int words = runs.words();
        int word = 0;
        while (word < words) {
            // Eight accumulators walk a pair of words in one loop, for which their rows must follow each other.
            boolean pair = word + 1 < words && (runs.senders(word) == TILE_ROWS || Lanes.COUNT == LayerLayout.LINE);
            int other = pair ? word + 1 : word;
            SpikeTile.add(
                    weights.segment(),
                    weights.rowOffset(block, runs.row(word)),
                    weights.rowOffset(block, runs.row(other)),
                    weights.blockLanes(block),
                    sent,
                    runs.bits(word),
                    runs.bits(other),
                    mask(runs.senders(word)),
                    pair ? mask(runs.senders(other)) : 0,
                    (word == 0 ? from : to).segment(),
                    to.segment(),
                    sums,
                    grid);
            word = other + 1;
        }
    }

    private static long mask(int bits) {
        return bits == Long.SIZE ? -1L : (1L << bits) - 1;
    }
}

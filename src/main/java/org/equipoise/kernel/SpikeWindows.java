package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;

/**
 * The convolution over a source whose positions do not begin on whole bytes: an image of few channels. The bits of a window are
 * gathered into words first, whatever their alignment, a row of the kernel after the other.
 */
final class SpikeWindows {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

    /** Bits that an unaligned load surely brings, wherever in a byte they begin. */
    private static final int SURE_BITS = Long.SIZE - Byte.SIZE + 1;

    private SpikeWindows() {}

    static void addForward(
            ConvolutionGeometry geometry,
            SpikeDifference sent,
            WeightBlocks weights,
            FloatTensor from,
            FloatTensor to,
            int firstImage,
            int endImage) {
        to.copyFrom(firstImage, from, firstImage, endImage - firstImage);
        LayerLayout target = geometry.target();
        MemorySegment spikes = sent.spikes().segment();
        MemorySegment expected = sent.expected().segment();
        int rows = geometry.forwardRows();
        boolean small =
                rows <= Long.SIZE && geometry.kernelWidth() * geometry.source().channelStride() <= SURE_BITS;
        for (int image = firstImage; image < endImage; image++) {
            long bits = sent.spikes().imageOffset(image) * Byte.SIZE;
            if (small) {
                addSmallWindows(geometry, spikes, expected, bits, weights, to, image);
                continue;
            }
            for (int y = 0; y < target.height(); y++) {
                for (int x = 0; x < target.width(); x++) {
                    long sums = to.imageOffset(image) + target.index(y * target.width() + x, 0) * 4L;
                    for (int row = 0; row < rows; row += Long.SIZE) {
                        long absent = gather(geometry, expected, bits, y, x, row);
                        long different = gather(geometry, spikes, bits, y, x, row) ^ absent;
                        if (different != 0) {
                            addWindow(weights, row, different, absent, to.segment(), sums);
                        }
                    }
                }
            }
        }
    }

    /** The usual case: windows of at most 64 bits, each row of which one load brings; those at the edge lack rows and columns. */
    private static void addSmallWindows(
            ConvolutionGeometry geometry,
            MemorySegment spikes,
            MemorySegment expected,
            long imageBits,
            WeightBlocks weights,
            FloatTensor to,
            int image) {
        LayerLayout source = geometry.source();
        LayerLayout target = geometry.target();
        int channels = source.channelStride();
        int run = geometry.kernelWidth() * channels;
        long nextRow = (long) source.width() * channels;
        long sums = to.imageOffset(image);
        for (int y = 0; y < target.height(); y++) {
            int sourceRow = geometry.sourceRow(y, 0);
            int firstRow = geometry.firstKernelRow(y);
            int endRow = geometry.endKernelRow(y);
            for (int x = 0; x < target.width(); x++) {
                int column = geometry.sourceColumn(x, 0);
                int low = geometry.firstKernelColumn(x) * channels;
                int bits = geometry.endKernelColumn(x) * channels - low;
                if (bits > 0) {
                    long first = imageBits + sourceRow * nextRow + (long) column * channels + low;
                    long absent = gatherRows(expected, first, nextRow, firstRow, endRow, run, bits);
                    long different = gatherRows(spikes, first, nextRow, firstRow, endRow, run, bits) ^ absent;
                    if (different != 0) {
                        addWindow(weights, 0, different << low, absent << low, to.segment(), sums);
                    }
                }
                sums += target.channelStride() * 4L;
            }
        }
    }

    private static long gatherRows(
            MemorySegment spikes, long first, long nextRow, int firstRow, int endRow, int run, int bits) {
        long mask = (1L << bits) - 1;
        long word = 0;
        long at = first + firstRow * nextRow;
        for (int ky = firstRow; ky < endRow; ky++) {
            word |= (spikes.get(WORD, at >>> 3) >>> (at & 7) & mask) << (ky * run);
            at += nextRow;
        }
        return word;
    }

    private static void addWindow(
            WeightBlocks weights, int row, long different, long absent, MemorySegment to, long sums) {
        for (int block = 0; block < weights.blocks(); block++) {
            Float32WindowSums.add(
                    weights.segment(),
                    weights.rowOffset(block, row),
                    weights.blockLanes(block),
                    different,
                    absent,
                    to,
                    sums + block * (WeightBlocks.BLOCK_LANES * 4L));
        }
    }

    /** The bits of 64 weight rows from {@code firstRow} on, as the window at (y, x) sees them; zero outside the source. */
    private static long gather(
            ConvolutionGeometry geometry, MemorySegment spikes, long imageBits, int y, int x, int firstRow) {
        LayerLayout source = geometry.source();
        int channels = source.channelStride();
        int run = geometry.kernelWidth() * channels;
        int column = geometry.sourceColumn(x, 0);
        int begin = geometry.firstKernelColumn(x) * channels;
        int end = geometry.endKernelColumn(x) * channels;
        long word = 0;
        int row = firstRow;
        int last = Math.min(firstRow + Long.SIZE, geometry.forwardRows());
        while (row < last) {
            int ky = row / run;
            int first = row - ky * run;
            int length = Math.min(Math.min(run - first, last - row), SURE_BITS);
            int sourceRow = geometry.sourceRow(y, ky);
            int low = Math.max(first, begin);
            int high = Math.min(first + length, end);
            if (sourceRow >= 0 && sourceRow < source.height() && low < high) {
                long at = imageBits + ((long) sourceRow * source.width() + column) * channels + low;
                long bits = spikes.get(WORD, at >>> 3) >>> (at & 7) & ((1L << (high - low)) - 1);
                word |= bits << (row + low - first - firstRow);
            }
            row += length;
        }
        return word;
    }
}

package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.BYTES;
import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.load;

import java.lang.foreign.MemorySegment;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;

/**
 * Sums of outer products for four source channels and four vectors of target lanes at a time, over positions of all images in turn.
 *
 * <p>Target states are first gathered into a panel, signed, so that the kernels read them one after the other whatever the
 * distance between positions, and all channels of the tap read the same panel. {@link AccumulatorStaging} says why sums pass through
 * a small array.
 */
final class OuterProducts {
    /** Positions in a panel: those of a few images of a convolution, or a batch of a linear layer. */
    private static final int POSITIONS = 256;

    private static final int CHANNELS = 4;

    private final float[] sums = new float[CHANNELS * AccumulatorStaging.VECTORS * COUNT];
    private final float[] targets = new float[POSITIONS * AccumulatorStaging.VECTORS * COUNT];
    private final long[] from = new long[POSITIONS];
    private final long[] to = new long[POSITIONS];
    private int gathered;

    /**
     * Adds the outer products of one block and some taps.
     *
     * @see PlasticityKernels#addOuterProducts
     */
    void add(
            ConvolutionGeometry geometry,
            FloatTensor source,
            FloatTensor target,
            float sign,
            int firstImage,
            int endImage,
            WeightBlocks gradient,
            int block,
            int firstTap,
            int endTap) {
        int channelStride = geometry.source().channelStride();
        for (int tap = firstTap, nextTap; tap < endTap; tap = nextTap) {
            nextTap = Math.min(endTap, endOfRun(geometry, tap));
            Sums run = new Sums(
                    source.segment(),
                    target.segment(),
                    sign,
                    gradient.segment(),
                    gradient.rowOffset(block, tap * channelStride),
                    gradient.blockLanes(block),
                    (nextTap - tap) * channelStride);
            addRun(geometry, source, target, firstImage, endImage, block, tap, run);
        }
    }

    /** Taps whose source channels follow each other for every target position, as their weight rows do. */
    private static int endOfRun(ConvolutionGeometry geometry, int tap) {
        if (geometry.coversSource()) {
            return geometry.taps();
        }
        return geometry.padding() == 0 ? (tap / geometry.kernelWidth() + 1) * geometry.kernelWidth() : tap + 1;
    }

    private void addRun(
            ConvolutionGeometry geometry,
            FloatTensor source,
            FloatTensor target,
            int firstImage,
            int endImage,
            int block,
            int tap,
            Sums run) {
        gathered = 0;
        LayerLayout below = geometry.source();
        LayerLayout layer = geometry.target();
        int ky = tap / geometry.kernelWidth();
        int kx = tap % geometry.kernelWidth();
        int x = geometry.firstTargetColumn(kx);
        int columns = geometry.endTargetColumn(kx) - x;
        for (int image = firstImage; image < endImage; image++) {
            for (int y = geometry.firstTargetRow(ky); y < geometry.endTargetRow(ky); y++) {
                int sender = geometry.sourceRow(y, ky) * below.width() + geometry.sourceColumn(x, kx);
                int receiver = layer.index(y * layer.width() + x, block * WeightBlocks.BLOCK_LANES);
                gather(
                        source.imageOffset(image) + below.index(sender, 0) * (long) Float.BYTES,
                        (long) geometry.stride() * below.channelStride() * Float.BYTES,
                        target.imageOffset(image) + receiver * (long) Float.BYTES,
                        layer.channelStride() * (long) Float.BYTES,
                        columns,
                        run);
            }
        }
        addGathered(run);
    }

    private void gather(long sent, long sentStep, long received, long receivedStep, int columns, Sums run) {
        for (int x = 0; x < columns; ) {
            int end = Math.min(columns, x + POSITIONS - gathered);
            for (int i = gathered; x < end; i++, x++) {
                from[i] = sent + x * sentStep;
                to[i] = received + x * receivedStep;
                gathered = i + 1;
            }
            if (gathered == POSITIONS) {
                addGathered(run);
            }
        }
    }

    /**
     * Sums over the positions gathered.
     *
     * @param source states of the source layer
     * @param target states of the target layer
     * @param sign 1 or -1
     * @param gradient what is added to
     * @param firstRow byte offset of the first channel's row
     * @param lanes lanes of a row
     * @param channels channels, which are neighbours, and so are their rows
     */
    private record Sums(
            MemorySegment source,
            MemorySegment target,
            float sign,
            MemorySegment gradient,
            long firstRow,
            int lanes,
            int channels) {}

    private void addGathered(Sums run) {
        long rowBytes = run.lanes() * (long) Float.BYTES;
        int vectors = Math.min(run.lanes() / COUNT, AccumulatorStaging.VECTORS);
        for (int lane = 0; lane < run.lanes(); lane += vectors * COUNT) {
            long skip = lane * (long) Float.BYTES;
            gatherTargets(run.target(), skip, vectors, run.sign());
            for (int channel = 0, next; channel < run.channels(); channel = next) {
                int channels = channel + CHANNELS <= run.channels() ? CHANNELS : 1;
                next = channel + channels;
                long row = run.firstRow() + skip + channel * rowBytes;
                sum(run.source(), channel * 4L, channels, run.gradient(), row, rowBytes, vectors);
            }
        }
        gathered = 0;
    }

    private void gatherTargets(MemorySegment target, long skip, int vectors, float sign) {
        switch (vectors) {
            case 4 -> gather4(target, skip, sign);
            case 2 -> gather2(target, skip, sign);
            default -> gather1(target, skip, sign);
        }
    }

    private void gather4(MemorySegment target, long skip, float sign) {
        for (int i = 0; i < gathered; i++) {
            MemorySegment lanes = target.asSlice(to[i] + skip, 4L * BYTES);
            int at = i * (4 * COUNT);
            load(lanes, 0).mul(sign).intoArray(targets, at);
            load(lanes, BYTES).mul(sign).intoArray(targets, at + COUNT);
            load(lanes, 2L * BYTES).mul(sign).intoArray(targets, at + 2 * COUNT);
            load(lanes, 3L * BYTES).mul(sign).intoArray(targets, at + 3 * COUNT);
        }
    }

    private void gather2(MemorySegment target, long skip, float sign) {
        for (int i = 0; i < gathered; i++) {
            MemorySegment lanes = target.asSlice(to[i] + skip, 2L * BYTES);
            int at = i * (2 * COUNT);
            load(lanes, 0).mul(sign).intoArray(targets, at);
            load(lanes, BYTES).mul(sign).intoArray(targets, at + COUNT);
        }
    }

    private void gather1(MemorySegment target, long skip, float sign) {
        for (int i = 0; i < gathered; i++) {
            load(target, to[i] + skip).mul(sign).intoArray(targets, i * COUNT);
        }
    }

    private void sum(
            MemorySegment source,
            long channel,
            int channels,
            MemorySegment gradient,
            long row,
            long rowBytes,
            int vectors) {
        for (int c = 0; c < channels; c++) {
            AccumulatorStaging.read(gradient, row + c * rowBytes, sums, c * vectors, vectors);
        }
        ProductSums.add(channels, vectors, sums, targets, source, from, channel, gathered);
        for (int c = 0; c < channels; c++) {
            AccumulatorStaging.write(sums, c * vectors, vectors, gradient, row + c * rowBytes);
        }
    }
}

package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.BYTES;
import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.FLOATS;
import static org.equipoise.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
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

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

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
            int channel = 0;
            for (; channel + CHANNELS <= run.channels(); channel += CHANNELS) {
                addFour(
                        run.source(),
                        channel * 4L,
                        run.gradient(),
                        run.firstRow() + skip + channel * rowBytes,
                        rowBytes,
                        vectors);
            }
            for (; channel < run.channels(); channel++) {
                addOne(run.source(), channel * 4L, run.gradient(), run.firstRow() + skip + channel * rowBytes, vectors);
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

    private void addFour(
            MemorySegment source, long channel, MemorySegment gradient, long row, long rowBytes, int vectors) {
        for (int c = 0; c < CHANNELS; c++) {
            AccumulatorStaging.read(gradient, row + c * rowBytes, sums, c * vectors, vectors);
        }
        switch (vectors) {
            case 4 -> add4x4(sums, targets, source, from, channel, gathered);
            case 2 -> add4x2(sums, targets, source, from, channel, gathered);
            default -> add4x1(sums, targets, source, from, channel, gathered);
        }
        for (int c = 0; c < CHANNELS; c++) {
            AccumulatorStaging.write(sums, c * vectors, vectors, gradient, row + c * rowBytes);
        }
    }

    private void addOne(MemorySegment source, long channel, MemorySegment gradient, long row, int vectors) {
        AccumulatorStaging.read(gradient, row, sums, 0, vectors);
        switch (vectors) {
            case 4 -> add1x4(sums, targets, source, from, channel, gathered);
            case 2 -> add1x2(sums, targets, source, from, channel, gathered);
            default -> add1x1(sums, targets, source, from, channel, gathered);
        }
        AccumulatorStaging.write(sums, 0, vectors, gradient, row);
    }

    private static FloatVector load(MemorySegment segment, long offset) {
        return FloatVector.fromMemorySegment(FLOATS, segment, offset, ORDER);
    }

    private static FloatVector broadcast(MemorySegment segment, long offset) {
        return FloatVector.broadcast(FLOATS, segment.get(FLOAT, offset));
    }

    private static void add4x4(
            float[] sums, float[] targets, MemorySegment source, long[] from, long channel, int count) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, sums, 0);
        FloatVector a1 = FloatVector.fromArray(FLOATS, sums, COUNT);
        FloatVector a2 = FloatVector.fromArray(FLOATS, sums, 2 * COUNT);
        FloatVector a3 = FloatVector.fromArray(FLOATS, sums, 3 * COUNT);
        FloatVector b0 = FloatVector.fromArray(FLOATS, sums, 4 * COUNT);
        FloatVector b1 = FloatVector.fromArray(FLOATS, sums, 5 * COUNT);
        FloatVector b2 = FloatVector.fromArray(FLOATS, sums, 6 * COUNT);
        FloatVector b3 = FloatVector.fromArray(FLOATS, sums, 7 * COUNT);
        FloatVector c0 = FloatVector.fromArray(FLOATS, sums, 8 * COUNT);
        FloatVector c1 = FloatVector.fromArray(FLOATS, sums, 9 * COUNT);
        FloatVector c2 = FloatVector.fromArray(FLOATS, sums, 10 * COUNT);
        FloatVector c3 = FloatVector.fromArray(FLOATS, sums, 11 * COUNT);
        FloatVector d0 = FloatVector.fromArray(FLOATS, sums, 12 * COUNT);
        FloatVector d1 = FloatVector.fromArray(FLOATS, sums, 13 * COUNT);
        FloatVector d2 = FloatVector.fromArray(FLOATS, sums, 14 * COUNT);
        FloatVector d3 = FloatVector.fromArray(FLOATS, sums, 15 * COUNT);
        for (int i = 0; i < count; i++) {
            MemorySegment sent = source.asSlice(from[i] + channel, 16);
            int at = i * (4 * COUNT);
            FloatVector t0 = FloatVector.fromArray(FLOATS, targets, at);
            FloatVector t1 = FloatVector.fromArray(FLOATS, targets, at + COUNT);
            FloatVector t2 = FloatVector.fromArray(FLOATS, targets, at + 2 * COUNT);
            FloatVector t3 = FloatVector.fromArray(FLOATS, targets, at + 3 * COUNT);
            FloatVector a = broadcast(sent, 0);
            a0 = t0.fma(a, a0);
            a1 = t1.fma(a, a1);
            a2 = t2.fma(a, a2);
            a3 = t3.fma(a, a3);
            FloatVector b = broadcast(sent, 4);
            b0 = t0.fma(b, b0);
            b1 = t1.fma(b, b1);
            b2 = t2.fma(b, b2);
            b3 = t3.fma(b, b3);
            FloatVector c = broadcast(sent, 8);
            c0 = t0.fma(c, c0);
            c1 = t1.fma(c, c1);
            c2 = t2.fma(c, c2);
            c3 = t3.fma(c, c3);
            FloatVector d = broadcast(sent, 12);
            d0 = t0.fma(d, d0);
            d1 = t1.fma(d, d1);
            d2 = t2.fma(d, d2);
            d3 = t3.fma(d, d3);
        }
        a0.intoArray(sums, 0);
        a1.intoArray(sums, COUNT);
        a2.intoArray(sums, 2 * COUNT);
        a3.intoArray(sums, 3 * COUNT);
        b0.intoArray(sums, 4 * COUNT);
        b1.intoArray(sums, 5 * COUNT);
        b2.intoArray(sums, 6 * COUNT);
        b3.intoArray(sums, 7 * COUNT);
        c0.intoArray(sums, 8 * COUNT);
        c1.intoArray(sums, 9 * COUNT);
        c2.intoArray(sums, 10 * COUNT);
        c3.intoArray(sums, 11 * COUNT);
        d0.intoArray(sums, 12 * COUNT);
        d1.intoArray(sums, 13 * COUNT);
        d2.intoArray(sums, 14 * COUNT);
        d3.intoArray(sums, 15 * COUNT);
    }

    private static void add4x2(
            float[] sums, float[] targets, MemorySegment source, long[] from, long channel, int count) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, sums, 0);
        FloatVector a1 = FloatVector.fromArray(FLOATS, sums, COUNT);
        FloatVector b0 = FloatVector.fromArray(FLOATS, sums, 2 * COUNT);
        FloatVector b1 = FloatVector.fromArray(FLOATS, sums, 3 * COUNT);
        FloatVector c0 = FloatVector.fromArray(FLOATS, sums, 4 * COUNT);
        FloatVector c1 = FloatVector.fromArray(FLOATS, sums, 5 * COUNT);
        FloatVector d0 = FloatVector.fromArray(FLOATS, sums, 6 * COUNT);
        FloatVector d1 = FloatVector.fromArray(FLOATS, sums, 7 * COUNT);
        for (int i = 0; i < count; i++) {
            MemorySegment sent = source.asSlice(from[i] + channel, 16);
            int at = i * (2 * COUNT);
            FloatVector t0 = FloatVector.fromArray(FLOATS, targets, at);
            FloatVector t1 = FloatVector.fromArray(FLOATS, targets, at + COUNT);
            FloatVector a = broadcast(sent, 0);
            a0 = t0.fma(a, a0);
            a1 = t1.fma(a, a1);
            FloatVector b = broadcast(sent, 4);
            b0 = t0.fma(b, b0);
            b1 = t1.fma(b, b1);
            FloatVector c = broadcast(sent, 8);
            c0 = t0.fma(c, c0);
            c1 = t1.fma(c, c1);
            FloatVector d = broadcast(sent, 12);
            d0 = t0.fma(d, d0);
            d1 = t1.fma(d, d1);
        }
        a0.intoArray(sums, 0);
        a1.intoArray(sums, COUNT);
        b0.intoArray(sums, 2 * COUNT);
        b1.intoArray(sums, 3 * COUNT);
        c0.intoArray(sums, 4 * COUNT);
        c1.intoArray(sums, 5 * COUNT);
        d0.intoArray(sums, 6 * COUNT);
        d1.intoArray(sums, 7 * COUNT);
    }

    private static void add4x1(
            float[] sums, float[] targets, MemorySegment source, long[] from, long channel, int count) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, sums, 0);
        FloatVector b0 = FloatVector.fromArray(FLOATS, sums, COUNT);
        FloatVector c0 = FloatVector.fromArray(FLOATS, sums, 2 * COUNT);
        FloatVector d0 = FloatVector.fromArray(FLOATS, sums, 3 * COUNT);
        for (int i = 0; i < count; i++) {
            MemorySegment sent = source.asSlice(from[i] + channel, 16);
            int at = i * COUNT;
            FloatVector t0 = FloatVector.fromArray(FLOATS, targets, at);
            FloatVector a = broadcast(sent, 0);
            a0 = t0.fma(a, a0);
            FloatVector b = broadcast(sent, 4);
            b0 = t0.fma(b, b0);
            FloatVector c = broadcast(sent, 8);
            c0 = t0.fma(c, c0);
            FloatVector d = broadcast(sent, 12);
            d0 = t0.fma(d, d0);
        }
        a0.intoArray(sums, 0);
        b0.intoArray(sums, COUNT);
        c0.intoArray(sums, 2 * COUNT);
        d0.intoArray(sums, 3 * COUNT);
    }

    private static void add1x4(
            float[] sums, float[] targets, MemorySegment source, long[] from, long channel, int count) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, sums, 0);
        FloatVector a1 = FloatVector.fromArray(FLOATS, sums, COUNT);
        FloatVector a2 = FloatVector.fromArray(FLOATS, sums, 2 * COUNT);
        FloatVector a3 = FloatVector.fromArray(FLOATS, sums, 3 * COUNT);
        for (int i = 0; i < count; i++) {
            MemorySegment sent = source.asSlice(from[i] + channel, 4);
            int at = i * (4 * COUNT);
            FloatVector t0 = FloatVector.fromArray(FLOATS, targets, at);
            FloatVector t1 = FloatVector.fromArray(FLOATS, targets, at + COUNT);
            FloatVector t2 = FloatVector.fromArray(FLOATS, targets, at + 2 * COUNT);
            FloatVector t3 = FloatVector.fromArray(FLOATS, targets, at + 3 * COUNT);
            FloatVector a = broadcast(sent, 0);
            a0 = t0.fma(a, a0);
            a1 = t1.fma(a, a1);
            a2 = t2.fma(a, a2);
            a3 = t3.fma(a, a3);
        }
        a0.intoArray(sums, 0);
        a1.intoArray(sums, COUNT);
        a2.intoArray(sums, 2 * COUNT);
        a3.intoArray(sums, 3 * COUNT);
    }

    private static void add1x2(
            float[] sums, float[] targets, MemorySegment source, long[] from, long channel, int count) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, sums, 0);
        FloatVector a1 = FloatVector.fromArray(FLOATS, sums, COUNT);
        for (int i = 0; i < count; i++) {
            MemorySegment sent = source.asSlice(from[i] + channel, 4);
            int at = i * (2 * COUNT);
            FloatVector t0 = FloatVector.fromArray(FLOATS, targets, at);
            FloatVector t1 = FloatVector.fromArray(FLOATS, targets, at + COUNT);
            FloatVector a = broadcast(sent, 0);
            a0 = t0.fma(a, a0);
            a1 = t1.fma(a, a1);
        }
        a0.intoArray(sums, 0);
        a1.intoArray(sums, COUNT);
    }

    private static void add1x1(
            float[] sums, float[] targets, MemorySegment source, long[] from, long channel, int count) {
        FloatVector a0 = FloatVector.fromArray(FLOATS, sums, 0);
        for (int i = 0; i < count; i++) {
            MemorySegment sent = source.asSlice(from[i] + channel, 4);
            int at = i * COUNT;
            FloatVector t0 = FloatVector.fromArray(FLOATS, targets, at);
            FloatVector a = broadcast(sent, 0);
            a0 = t0.fma(a, a0);
        }
        a0.intoArray(sums, 0);
    }
}

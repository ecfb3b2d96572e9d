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
import org.jspecify.annotations.Nullable;

/** Learning with vectors over neighbouring lanes of a block. */
final class VectorPlasticityKernels implements PlasticityKernels {
    private static FloatVector load(MemorySegment segment, long offset) {
        return FloatVector.fromMemorySegment(FLOATS, segment, offset, ORDER);
    }

    @Override
    public void addOuterProducts(
            ConvolutionGeometry geometry,
            FloatTensor source,
            FloatTensor target,
            float sign,
            int firstImage,
            int endImage,
            WeightBlocks gradient,
            int block,
            int tap) {
        int channels = geometry.source().channelStride();
        int lanes = gradient.blockLanes(block);
        OuterProductSums sums = new OuterProductSums(geometry, source, target, sign, firstImage, endImage, tap);
        for (int channel = 0; channel < channels; ) {
            int together = channels - channel >= OuterProductSums.CHANNELS ? OuterProductSums.CHANNELS : 1;
            long row = gradient.blockOffset(block) + (long) (tap * channels + channel) * lanes * 4L;
            int lane = 0;
            for (; lanes - lane >= 2 * COUNT; lane += 2 * COUNT) {
                long at = row + lane * 4L;
                int firstLane = block * WeightBlocks.BLOCK_LANES + lane;
                if (together == 1) {
                    sums.add1x2(channel, firstLane, gradient.segment(), at);
                } else {
                    sums.add4x2(channel, firstLane, gradient.segment(), at, lanes * 4L);
                }
            }
            for (; lane < lanes; lane += COUNT) {
                int firstLane = block * WeightBlocks.BLOCK_LANES + lane;
                for (int c = 0; c < together; c++) {
                    sums.add1x1(channel + c, firstLane, gradient.segment(), row + (c * lanes + lane) * 4L);
                }
            }
            channel += together;
        }
    }

    @Override
    public void addBiasGradient(FloatTensor target, float sign, int images, MemorySegment gradient) {
        LayerLayout layout = target.layout();
        for (int image = 0; image < images; image++) {
            for (int position = 0; position < layout.positions(); position++) {
                long from = target.imageOffset(image) + layout.index(position, 0) * 4L;
                addScaled(target.segment(), from, sign, gradient, layout.channelStride());
            }
        }
    }

    private static void addScaled(MemorySegment from, long offset, float sign, MemorySegment sums, int count) {
        for (int lane = 0; lane < count; lane += COUNT) {
            FloatVector term = load(from, offset + lane * 4L).mul(sign);
            load(sums, lane * 4L).add(term).intoMemorySegment(sums, lane * 4L, ORDER);
        }
    }

    @Override
    public void descend(
            PoolFolding folding,
            int channels,
            WeightBlocks gradient,
            Descent descent,
            @Nullable WeightBlocks velocity,
            WeightBlocks master,
            int block) {
        int lanes = master.blockLanes(block);
        long rowBytes = lanes * 4L;
        int taps = master.rows() / channels;
        boolean pooled = folding.pool() > 1;
        for (int tap = 0; tap < taps; tap++) {
            int firstTap = pooled ? tap / folding.kernel() * folding.foldedKernel() + tap % folding.kernel() : tap;
            for (int channel = 0; channel < channels; channel++) {
                long row = master.blockOffset(block) + (long) (tap * channels + channel) * rowBytes;
                descendRow(
                        gradient.segment(),
                        gradient.blockOffset(block) + (long) (firstTap * channels + channel) * rowBytes,
                        folding.pool(),
                        (long) folding.stride() * channels * rowBytes,
                        (long) folding.stride() * folding.foldedKernel() * channels * rowBytes,
                        descent,
                        velocity == null ? null : velocity.segment(),
                        master.segment(),
                        row,
                        lanes);
            }
        }
    }

    private static void descendRow(
            MemorySegment gradient,
            long firstTap,
            int pool,
            long nextColumn,
            long nextRow,
            Descent descent,
            @Nullable MemorySegment velocity,
            MemorySegment master,
            long row,
            int lanes) {
        for (int lane = 0; lane < lanes; lane += COUNT) {
            long skip = lane * 4L;
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = 0; i < pool; i++) {
                for (int j = 0; j < pool; j++) {
                    sum = sum.add(load(gradient, firstTap + i * nextRow + j * nextColumn + skip));
                }
            }
            FloatVector w = load(master, row + skip);
            FloatVector change = sum.mul(descent.scale()).sub(w.mul(descent.decay()));
            if (velocity != null) {
                change = load(velocity, row + skip).mul(descent.momentum()).add(change);
                change.intoMemorySegment(velocity, row + skip, ORDER);
            }
            w.add(change.mul(descent.rate())).intoMemorySegment(master, row + skip, ORDER);
        }
    }

    @Override
    public void fold(PoolFolding folding, int channels, WeightBlocks master, WeightBlocks folded, int block) {
        int side = folding.foldedKernel();
        int lanes = master.blockLanes(block);
        long rowBytes = lanes * 4L;
        for (int tap = 0; tap < side * side; tap++) {
            for (int channel = 0; channel < channels; channel++) {
                foldRow(
                        folding,
                        tap / side,
                        tap % side,
                        master.segment(),
                        master.blockOffset(block) + channel * rowBytes,
                        channels * rowBytes,
                        folded.segment(),
                        folded.blockOffset(block) + (long) (tap * channels + channel) * rowBytes,
                        lanes);
            }
        }
    }

    private static void foldRow(
            PoolFolding folding,
            int ky,
            int kx,
            MemorySegment master,
            long firstTap,
            long tapBytes,
            MemorySegment folded,
            long row,
            int lanes) {
        int firstI = firstMember(folding, ky);
        int endI = Math.min(folding.pool(), ky / folding.stride() + 1);
        int firstJ = firstMember(folding, kx);
        int endJ = Math.min(folding.pool(), kx / folding.stride() + 1);
        for (int lane = 0; lane < lanes; lane += COUNT) {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = firstI; i < endI; i++) {
                for (int j = firstJ; j < endJ; j++) {
                    int tap = (ky - folding.stride() * i) * folding.kernel() + kx - folding.stride() * j;
                    sum = sum.add(load(master, firstTap + tap * tapBytes + lane * 4L));
                }
            }
            sum.mul(folding.mean()).intoMemorySegment(folded, row + lane * 4L, ORDER);
        }
    }

    /** The first member of a pooling window whose shifted kernel reaches the folded tap. */
    private static int firstMember(PoolFolding folding, int foldedTap) {
        return Math.max(0, Math.ceilDiv(foldedTap - folding.kernel() + 1, folding.stride()));
    }

    @Override
    public void transpose(
            ConvolutionGeometry geometry, WeightBlocks forward, float gain, WeightBlocks backward, int tap) {
        int sources = geometry.source().channelStride();
        int targets = geometry.target().channelStride();
        for (int from = 0; from < forward.blocks(); from++) {
            int firstTarget = from * WeightBlocks.BLOCK_LANES;
            for (int to = 0; to < backward.blocks(); to++) {
                int firstSource = to * WeightBlocks.BLOCK_LANES;
                transposeBlock(
                        forward.segment(),
                        forward.offset(tap * sources + firstSource, firstTarget),
                        forward.blockLanes(from),
                        gain,
                        backward.segment(),
                        backward.offset(tap * targets + firstTarget, firstSource),
                        backward.blockLanes(to));
            }
        }
    }

    private static void transposeBlock(
            MemorySegment forward, long read, int columns, float gain, MemorySegment backward, long write, int rows) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                float weight = forward.get(ValueLayout.JAVA_FLOAT, read + ((long) row * columns + column) * 4L);
                backward.set(ValueLayout.JAVA_FLOAT, write + ((long) column * rows + row) * 4L, gain * weight);
            }
        }
    }

    /** Sums over images and positions for a few source channels and vectors of target lanes, held in registers. */
    private record OuterProductSums(
            ConvolutionGeometry geometry,
            FloatTensor source,
            FloatTensor target,
            float sign,
            int firstImage,
            int endImage,
            int tap) {
        static final int CHANNELS = 4;

        void add4x2(int channel, int firstLane, MemorySegment gradient, long at, long rowBytes) {
            for (int image = firstImage; image < endImage; image++) {
                for (int y = firstRow(); y < endRow(); y++) {
                    add4x2(
                            source.segment(),
                            sourceOffset(image, y, channel),
                            sourceStep(),
                            target.segment(),
                            targetOffset(image, y, firstLane),
                            targetStep(),
                            columns(),
                            sign,
                            gradient,
                            at,
                            rowBytes);
                }
            }
        }

        void add1x2(int channel, int firstLane, MemorySegment gradient, long at) {
            add1x1(channel, firstLane, gradient, at);
            add1x1(channel, firstLane + COUNT, gradient, at + BYTES);
        }

        void add1x1(int channel, int firstLane, MemorySegment gradient, long at) {
            for (int image = firstImage; image < endImage; image++) {
                for (int y = firstRow(); y < endRow(); y++) {
                    add1x1(
                            source.segment(),
                            sourceOffset(image, y, channel),
                            sourceStep(),
                            target.segment(),
                            targetOffset(image, y, firstLane),
                            targetStep(),
                            columns(),
                            sign,
                            gradient,
                            at);
                }
            }
        }

        private int firstRow() {
            return geometry.firstTargetRow(tap / geometry.kernelWidth());
        }

        private int endRow() {
            return geometry.endTargetRow(tap / geometry.kernelWidth());
        }

        private int firstColumn() {
            return geometry.firstTargetColumn(tap % geometry.kernelWidth());
        }

        private int columns() {
            return geometry.endTargetColumn(tap % geometry.kernelWidth()) - firstColumn();
        }

        private long sourceOffset(int image, int y, int channel) {
            LayerLayout layout = geometry.source();
            int row = geometry.sourceRow(y, tap / geometry.kernelWidth());
            int column = geometry.sourceColumn(firstColumn(), tap % geometry.kernelWidth());
            return source.imageOffset(image) + layout.index(row * layout.width() + column, channel) * 4L;
        }

        private long sourceStep() {
            return (long) geometry.stride() * geometry.source().channelStride() * 4L;
        }

        private long targetOffset(int image, int y, int lane) {
            LayerLayout layout = geometry.target();
            return target.imageOffset(image) + layout.index(y * layout.width() + firstColumn(), lane) * 4L;
        }

        private long targetStep() {
            return geometry.target().channelStride() * 4L;
        }

        private static FloatVector broadcast(MemorySegment states, long offset, float sign) {
            return FloatVector.broadcast(FLOATS, sign * states.get(ValueLayout.JAVA_FLOAT, offset));
        }

        private static void add4x2(
                MemorySegment source,
                long from,
                long fromStep,
                MemorySegment target,
                long to,
                long toStep,
                int count,
                float sign,
                MemorySegment gradient,
                long at,
                long rowBytes) {
            FloatVector a0 = load(gradient, at);
            FloatVector a1 = load(gradient, at + BYTES);
            FloatVector b0 = load(gradient, at + rowBytes);
            FloatVector b1 = load(gradient, at + rowBytes + BYTES);
            FloatVector c0 = load(gradient, at + 2 * rowBytes);
            FloatVector c1 = load(gradient, at + 2 * rowBytes + BYTES);
            FloatVector d0 = load(gradient, at + 3 * rowBytes);
            FloatVector d1 = load(gradient, at + 3 * rowBytes + BYTES);
            for (int i = 0; i < count; i++) {
                FloatVector t0 = load(target, to + i * toStep);
                FloatVector t1 = load(target, to + i * toStep + BYTES);
                FloatVector a = broadcast(source, from + i * fromStep, sign);
                a0 = t0.fma(a, a0);
                a1 = t1.fma(a, a1);
                FloatVector b = broadcast(source, from + i * fromStep + 4, sign);
                b0 = t0.fma(b, b0);
                b1 = t1.fma(b, b1);
                FloatVector c = broadcast(source, from + i * fromStep + 8, sign);
                c0 = t0.fma(c, c0);
                c1 = t1.fma(c, c1);
                FloatVector d = broadcast(source, from + i * fromStep + 12, sign);
                d0 = t0.fma(d, d0);
                d1 = t1.fma(d, d1);
            }
            a0.intoMemorySegment(gradient, at, ORDER);
            a1.intoMemorySegment(gradient, at + BYTES, ORDER);
            b0.intoMemorySegment(gradient, at + rowBytes, ORDER);
            b1.intoMemorySegment(gradient, at + rowBytes + BYTES, ORDER);
            c0.intoMemorySegment(gradient, at + 2 * rowBytes, ORDER);
            c1.intoMemorySegment(gradient, at + 2 * rowBytes + BYTES, ORDER);
            d0.intoMemorySegment(gradient, at + 3 * rowBytes, ORDER);
            d1.intoMemorySegment(gradient, at + 3 * rowBytes + BYTES, ORDER);
        }

        private static void add1x1(
                MemorySegment source,
                long from,
                long fromStep,
                MemorySegment target,
                long to,
                long toStep,
                int count,
                float sign,
                MemorySegment gradient,
                long at) {
            FloatVector sum = load(gradient, at);
            for (int i = 0; i < count; i++) {
                sum = load(target, to + i * toStep).fma(broadcast(source, from + i * fromStep, sign), sum);
            }
            sum.intoMemorySegment(gradient, at, ORDER);
        }
    }
}

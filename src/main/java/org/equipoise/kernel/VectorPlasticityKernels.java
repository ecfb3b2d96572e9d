package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.FLOATS;
import static org.equipoise.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.jspecify.annotations.Nullable;

/** Learning with vectors over neighbouring lanes of a block. */
final class VectorPlasticityKernels implements PlasticityKernels {
    /** Some tens of kilobytes for every thread that ever calls, on the heap, so that a call allocates nothing to speak of. */
    private static final ThreadLocal<OuterProducts> OUTER_PRODUCTS = ThreadLocal.withInitial(OuterProducts::new);

    private static final ThreadLocal<Transposition> TRANSPOSITION = ThreadLocal.withInitial(Transposition::new);

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
            int firstTap,
            int endTap) {
        OUTER_PRODUCTS
                .get()
                .add(geometry, source, target, sign, firstImage, endImage, gradient, block, firstTap, endTap);
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
        Transposition transposition = TRANSPOSITION.get();
        int sources = geometry.source().channelStride();
        int targets = geometry.target().channelStride();
        for (int from = 0; from < forward.blocks(); from++) {
            int firstTarget = from * WeightBlocks.BLOCK_LANES;
            for (int to = 0; to < backward.blocks(); to++) {
                int firstSource = to * WeightBlocks.BLOCK_LANES;
                transposition.transpose(
                        forward.segment(),
                        forward.offset(tap * sources + firstSource, firstTarget),
                        backward.blockLanes(to),
                        forward.blockLanes(from),
                        gain,
                        backward.segment(),
                        backward.offset(tap * targets + firstTarget, firstSource));
            }
        }
    }
}

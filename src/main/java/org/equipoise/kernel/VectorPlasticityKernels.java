package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.FLOATS;
import static org.equipoise.kernel.Lanes.ORDER;
import static org.equipoise.kernel.Lanes.load;

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

    private final ScalarPlasticityKernels scalar = new ScalarPlasticityKernels();

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
    public void sgdUpdate(
            PoolFolding folding,
            int channels,
            WeightBlocks gradient,
            Descent descent,
            @Nullable WeightBlocks velocity,
            WeightBlocks master,
            int block) {
        forEachRun(
                folding,
                channels,
                gradient,
                master,
                block,
                (taps, at, count) -> descendRun(
                        taps.gradient(),
                        taps.first(),
                        taps.pool(),
                        taps.nextColumn(),
                        taps.nextRow(),
                        descent,
                        velocity == null ? null : velocity.segment(),
                        master.segment(),
                        at,
                        count));
    }

    @Override
    public void adapt(
            PoolFolding folding,
            int channels,
            WeightBlocks gradient,
            Adaptation adaptation,
            WeightBlocks mean,
            WeightBlocks square,
            WeightBlocks master,
            int block) {
        forEachRun(
                folding,
                channels,
                gradient,
                master,
                block,
                (taps, at, count) -> adaptRun(
                        taps.gradient(),
                        taps.first(),
                        taps.pool(),
                        taps.nextColumn(),
                        taps.nextRow(),
                        adaptation,
                        mean.segment(),
                        square.segment(),
                        master.segment(),
                        at,
                        count));
    }

    /**
     * The folded taps whose gradients sum to that of a run of weights.
     *
     * @param gradient folded forward layout
     * @param first byte offset of the first member's gradient
     * @param pool side of the pooling window
     * @param nextColumn bytes from a member to the next of its row
     * @param nextRow bytes from a row of members to the next
     */
    private record Taps(MemorySegment gradient, long first, int pool, long nextColumn, long nextRow) {}

    /** Work on a run of weights whose gradients lie alike. */
    @FunctionalInterface
    private interface Run {
        /**
         * @param taps where their gradients are
         * @param at byte offset of the first weight
         * @param count how many weights
         */
        void over(Taps taps, long at, int count);
    }

    /** Without pooling a whole block is one run, with pooling every tap is. */
    private static void forEachRun(
            PoolFolding folding, int channels, WeightBlocks gradient, WeightBlocks master, int block, Run run) {
        int lanes = master.blockLanes(block);
        if (folding.pool() == 1) {
            Taps whole = new Taps(gradient.segment(), gradient.blockOffset(block), 1, 0, 0);
            run.over(whole, master.blockOffset(block), Math.multiplyExact(master.rows(), lanes));
            return;
        }
        long tapBytes = channels * master.rowBytes(block);
        for (int tap = 0; tap < folding.kernel() * folding.kernel(); tap++) {
            Taps members = new Taps(
                    gradient.segment(),
                    gradient.blockOffset(block) + folding.foldedTap(tap, 0) * tapBytes,
                    folding.pool(),
                    folding.stride() * tapBytes,
                    (long) folding.stride() * folding.foldedKernel() * tapBytes);
            run.over(members, master.blockOffset(block) + tap * tapBytes, channels * lanes);
        }
    }

    private static void descendRun(
            MemorySegment gradient,
            long first,
            int pool,
            long nextColumn,
            long nextRow,
            Descent descent,
            @Nullable MemorySegment velocity,
            MemorySegment master,
            long at,
            int count) {
        for (int lane = 0; lane < count; lane += COUNT) {
            long skip = lane * 4L;
            FloatVector w = load(master, at + skip);
            FloatVector change = pooled(gradient, first + skip, pool, nextColumn, nextRow)
                    .mul(descent.scale())
                    .sub(w.mul(descent.decay()));
            FloatVector step = change;
            if (velocity != null) {
                step = load(velocity, at + skip).mul(descent.momentum()).add(change);
                step.intoMemorySegment(velocity, at + skip, ORDER);
                step = descent.nesterov() ? step.mul(descent.momentum()).add(change) : step;
            }
            w.mul(descent.keep()).add(step.mul(descent.rate())).intoMemorySegment(master, at + skip, ORDER);
        }
    }

    private static void adaptRun(
            MemorySegment gradient,
            long first,
            int pool,
            long nextColumn,
            long nextRow,
            Adaptation adaptation,
            MemorySegment mean,
            MemorySegment square,
            MemorySegment master,
            long at,
            int count) {
        for (int lane = 0; lane < count; lane += COUNT) {
            long skip = lane * 4L;
            FloatVector w = load(master, at + skip);
            FloatVector change = pooled(gradient, first + skip, pool, nextColumn, nextRow)
                    .mul(adaptation.scale())
                    .sub(w.mul(adaptation.decay()));
            FloatVector m = load(mean, at + skip).mul(adaptation.keepMean()).add(change.mul(adaptation.newMean()));
            FloatVector v = load(square, at + skip)
                    .mul(adaptation.keepSquare())
                    .add(change.mul(change).mul(adaptation.newSquare()));
            FloatVector root = v.sqrt().mul(adaptation.correction()).add(adaptation.epsilon());
            m.intoMemorySegment(mean, at + skip, ORDER);
            v.intoMemorySegment(square, at + skip, ORDER);
            w.mul(adaptation.keep())
                    .add(m.mul(adaptation.rate()).div(root))
                    .intoMemorySegment(master, at + skip, ORDER);
        }
    }

    private static FloatVector pooled(MemorySegment gradient, long first, int pool, long nextColumn, long nextRow) {
        if (pool == 1) {
            return load(gradient, first);
        }
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < pool; i++) {
            for (int j = 0; j < pool; j++) {
                sum = sum.add(load(gradient, first + i * nextRow + j * nextColumn));
            }
        }
        return sum;
    }

    @Override
    public void fold(PoolFolding folding, int channels, WeightBlocks master, WeightBlocks folded, int block) {
        if (!(folded.format() instanceof Float32Weights)) {
            scalar.fold(folding, channels, master, folded, block);
            return;
        }
        int side = folding.foldedKernel();
        int lanes = master.blockLanes(block);
        long tapBytes = channels * master.rowBytes(block);
        for (int tap = 0; tap < side * side; tap++) {
            foldTap(
                    folding,
                    tap / side,
                    tap % side,
                    master.segment(),
                    master.blockOffset(block),
                    tapBytes,
                    folded.segment(),
                    folded.blockOffset(block) + tap * tapBytes,
                    channels * lanes);
        }
    }

    private static void foldTap(
            PoolFolding folding,
            int ky,
            int kx,
            MemorySegment master,
            long first,
            long tapBytes,
            MemorySegment folded,
            long at,
            int count) {
        int firstI = firstMember(folding, ky);
        int endI = Math.min(folding.pool(), ky / folding.stride() + 1);
        int firstJ = firstMember(folding, kx);
        int endJ = Math.min(folding.pool(), kx / folding.stride() + 1);
        for (int lane = 0; lane < count; lane += COUNT) {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = firstI; i < endI; i++) {
                for (int j = firstJ; j < endJ; j++) {
                    int member = (ky - folding.stride() * i) * folding.kernel() + kx - folding.stride() * j;
                    sum = sum.add(load(master, first + member * tapBytes + lane * 4L));
                }
            }
            sum.mul(folding.mean()).intoMemorySegment(folded, at + lane * 4L, ORDER);
        }
    }

    /** The first member of a pooling window whose shifted kernel reaches the folded tap. */
    private static int firstMember(PoolFolding folding, int foldedTap) {
        return Math.max(0, Math.ceilDiv(foldedTap - folding.kernel() + 1, folding.stride()));
    }

    @Override
    public void transpose(
            ConvolutionGeometry geometry, WeightBlocks forward, float gain, WeightBlocks backward, int tap) {
        if (!(forward.format() instanceof Float32Weights && backward.format() instanceof Float32Weights)) {
            scalar.transpose(geometry, forward, gain, backward, tap);
            return;
        }
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

package org.equipoise.experiment;

import java.lang.foreign.MemorySegment;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PeakKernels;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.parallel.Workers;

/**
 * What the threads of this machine can do at most, all at once and in vectors of the kernels' width: the two limits of settling.
 *
 * @param additionsPerSecond float32 values a second, loaded from the nearest cache and added, over all threads
 * @param bytesPerSecond bytes a second of {@code sum = a + b} over streams in memory, 12 for each float32, over all threads; what
 *     a processor reads of the target before it writes it is not counted
 */
public record MachinePeak(double additionsPerSecond, double bytesPerSecond, int threads) {
    /** 64 MiB a stream and thread: with three of them no cache holds much. */
    private static final int CHUNKS = 1024;

    /** Between streams, so that they do not lie at the same offset of their pages, which would slow them. */
    private static final int SKEW_FLOATS = 336;

    private static final int STREAMS = 3;
    private static final int PASSES = 1000;
    private static final int WINDOWS = 5;
    private static final double WARM_UP_SECONDS = 0.3;
    private static final double NANOS = 1e9;

    public static MemoryPlan plan(int threads) {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy("machine peak");
        for (int thread = 0; thread < threads; thread++) {
            for (String stream : new String[] {"a", "b", "sum"}) {
                plan.floats(Account.SCRATCH, stream + thread, (long) CHUNKS * PeakKernels.CHUNK_FLOATS + SKEW_FLOATS);
            }
            plan.floats(Account.SCRATCH, "rows" + thread, (long) PeakKernels.ROWS * PeakKernels.ROW_FLOATS);
            plan.floats(Account.SCRATCH, "sums" + thread, PeakKernels.ROW_FLOATS);
        }
        return plan.build();
    }

    /**
     * Measures both limits, each in five windows of which the fastest counts.
     *
     * @param kernels whose width of vectors counts
     */
    public static MachinePeak measure(Kernels kernels, Workers workers, Ledger ledger, double seconds) {
        if (!(seconds > 0)) {
            throw new BadInputException(
                    "The machine's peak was to be measured for " + seconds + " seconds; a positive time was expected.");
        }
        PeakKernels loops = PeakKernels.like(kernels);
        try (OffHeapArena arena = ledger.open(plan(workers.threads()))) {
            double additions = best(workers, seconds, thread -> {
                loops.addRows(arena.segment("rows" + thread), arena.segment("sums" + thread), PASSES);
                return (double) PASSES * PeakKernels.ROWS * PeakKernels.ROW_FLOATS;
            });
            double bytes = best(workers, seconds, thread -> {
                MemorySegment a = arena.segment("a" + thread);
                MemorySegment b = arena.segment("b" + thread);
                MemorySegment sum = arena.segment("sum" + thread);
                for (int chunk = 0; chunk < CHUNKS; chunk++) {
                    loops.addStreams(a, b, sum, chunk);
                }
                return (double) STREAMS * CHUNKS * PeakKernels.CHUNK_FLOATS * Float.BYTES;
            });
            return new MachinePeak(additions, bytes, workers.threads());
        }
    }

    /** A piece of work of one thread. */
    @FunctionalInterface
    private interface Piece {
        /** {@return how much it did} */
        double run(int thread);
    }

    private static double best(Workers workers, double seconds, Piece piece) {
        // Compiled, and its memory touched by the thread that will use it, before anything counts.
        rate(workers, WARM_UP_SECONDS, piece);
        double best = 0;
        for (int window = 0; window < WINDOWS; window++) {
            best = Math.max(best, rate(workers, seconds / WINDOWS, piece));
        }
        return best;
    }

    /** Work a second of all threads together, each over the time in which it worked. */
    private static double rate(Workers workers, double seconds, Piece piece) {
        double[] rates = new double[workers.threads()];
        long begin = System.nanoTime();
        workers.forEach(workers.threads(), (worker, thread) -> {
            long start = System.nanoTime();
            long now = start;
            double done = 0;
            while (done == 0 || now - begin < seconds * NANOS) {
                done += piece.run(thread);
                now = System.nanoTime();
            }
            rates[thread] = done / (now - start) * NANOS;
        });
        double sum = 0;
        for (double rate : rates) {
            sum += rate;
        }
        return sum;
    }
}

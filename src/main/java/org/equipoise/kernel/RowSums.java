package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.BYTES;
import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.FLOATS;
import static org.equipoise.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import org.equipoise.tensor.Events;

/**
 * Sums of weight rows kept in registers. Each method holds a fixed number of accumulators and stays small enough for the
 * compiler to keep them unboxed.
 */
final class RowSums {
    private RowSums() {}

    /**
     * {@code to = from + Σ factor · row} over the events of several runs, which lie at equal distances.
     *
     * @param weights rows of {@code lanes} floats
     * @param rows byte offset of the row that neuron index 0 would have in the first run
     * @param lanes floats in a row, a multiple of 16
     * @param nextRows byte distance from there to the next run's
     * @param events the events
     * @param image which image's
     * @param firstStart the start entry at which the first run begins
     * @param span how many start entries on it ends
     * @param nextStart start entries between two runs
     * @param runs how many runs
     * @param from what the sums start from
     * @param to where they go
     * @param sum byte offset of the sums in both
     */
    static void add(
            MemorySegment weights,
            long rows,
            int lanes,
            long nextRows,
            Events events,
            int image,
            int firstStart,
            int span,
            int nextStart,
            int runs,
            MemorySegment from,
            MemorySegment to,
            long sum) {
        MemorySegment indices = events.indices();
        MemorySegment factors = events.factors();
        MemorySegment starts = events.starts();
        long entries = events.entriesOffset(image);
        long start = events.startsOffset(image) + firstStart * 4L;
        long rowBytes = lanes * 4L;
        int vectors = lanes / COUNT;
        int done = 0;
        while (done < vectors) {
            long skip = (long) done * BYTES;
            int left = vectors - done;
            if (left >= 8) {
                add8(
                        weights,
                        rows + skip,
                        rowBytes,
                        nextRows,
                        indices,
                        factors,
                        entries,
                        starts,
                        start,
                        span * 4L,
                        nextStart * 4L,
                        runs,
                        from,
                        to,
                        sum + skip);
                done += 8;
            } else if (left >= 4) {
                add4(
                        weights,
                        rows + skip,
                        rowBytes,
                        nextRows,
                        indices,
                        factors,
                        entries,
                        starts,
                        start,
                        span * 4L,
                        nextStart * 4L,
                        runs,
                        from,
                        to,
                        sum + skip);
                done += 4;
            } else if (left >= 2) {
                add2(
                        weights,
                        rows + skip,
                        rowBytes,
                        nextRows,
                        indices,
                        factors,
                        entries,
                        starts,
                        start,
                        span * 4L,
                        nextStart * 4L,
                        runs,
                        from,
                        to,
                        sum + skip);
                done += 2;
            } else {
                add1(
                        weights,
                        rows + skip,
                        rowBytes,
                        nextRows,
                        indices,
                        factors,
                        entries,
                        starts,
                        start,
                        span * 4L,
                        nextStart * 4L,
                        runs,
                        from,
                        to,
                        sum + skip);
                done += 1;
            }
        }
    }

    private static FloatVector load(MemorySegment segment, long offset) {
        return FloatVector.fromMemorySegment(FLOATS, segment, offset, ORDER);
    }

    private static void add8(
            MemorySegment weights,
            long rows,
            long rowBytes,
            long nextRows,
            MemorySegment indices,
            MemorySegment factors,
            long entries,
            MemorySegment starts,
            long firstStart,
            long span,
            long nextStart,
            int runs,
            MemorySegment from,
            MemorySegment to,
            long sum) {
        FloatVector a = load(from, sum);
        FloatVector b = load(from, sum + BYTES);
        FloatVector c = load(from, sum + 2L * BYTES);
        FloatVector d = load(from, sum + 3L * BYTES);
        FloatVector e = load(from, sum + 4L * BYTES);
        FloatVector f = load(from, sum + 5L * BYTES);
        FloatVector g = load(from, sum + 6L * BYTES);
        FloatVector h = load(from, sum + 7L * BYTES);
        for (int run = 0; run < runs; run++) {
            long start = firstStart + run * nextStart;
            int begin = starts.get(ValueLayout.JAVA_INT, start);
            int end = starts.get(ValueLayout.JAVA_INT, start + span);
            long base = rows + run * nextRows;
            for (int i = begin; i < end; i++) {
                long row = base + indices.get(ValueLayout.JAVA_INT, entries + i * 4L) * rowBytes;
                FloatVector factor =
                        FloatVector.broadcast(FLOATS, factors.get(ValueLayout.JAVA_FLOAT, entries + i * 4L));
                a = load(weights, row).fma(factor, a);
                b = load(weights, row + BYTES).fma(factor, b);
                c = load(weights, row + 2L * BYTES).fma(factor, c);
                d = load(weights, row + 3L * BYTES).fma(factor, d);
                e = load(weights, row + 4L * BYTES).fma(factor, e);
                f = load(weights, row + 5L * BYTES).fma(factor, f);
                g = load(weights, row + 6L * BYTES).fma(factor, g);
                h = load(weights, row + 7L * BYTES).fma(factor, h);
            }
        }
        a.intoMemorySegment(to, sum, ORDER);
        b.intoMemorySegment(to, sum + BYTES, ORDER);
        c.intoMemorySegment(to, sum + 2L * BYTES, ORDER);
        d.intoMemorySegment(to, sum + 3L * BYTES, ORDER);
        e.intoMemorySegment(to, sum + 4L * BYTES, ORDER);
        f.intoMemorySegment(to, sum + 5L * BYTES, ORDER);
        g.intoMemorySegment(to, sum + 6L * BYTES, ORDER);
        h.intoMemorySegment(to, sum + 7L * BYTES, ORDER);
    }

    private static void add4(
            MemorySegment weights,
            long rows,
            long rowBytes,
            long nextRows,
            MemorySegment indices,
            MemorySegment factors,
            long entries,
            MemorySegment starts,
            long firstStart,
            long span,
            long nextStart,
            int runs,
            MemorySegment from,
            MemorySegment to,
            long sum) {
        FloatVector a = load(from, sum);
        FloatVector b = load(from, sum + BYTES);
        FloatVector c = load(from, sum + 2L * BYTES);
        FloatVector d = load(from, sum + 3L * BYTES);
        for (int run = 0; run < runs; run++) {
            long start = firstStart + run * nextStart;
            int begin = starts.get(ValueLayout.JAVA_INT, start);
            int end = starts.get(ValueLayout.JAVA_INT, start + span);
            long base = rows + run * nextRows;
            for (int i = begin; i < end; i++) {
                long row = base + indices.get(ValueLayout.JAVA_INT, entries + i * 4L) * rowBytes;
                FloatVector factor =
                        FloatVector.broadcast(FLOATS, factors.get(ValueLayout.JAVA_FLOAT, entries + i * 4L));
                a = load(weights, row).fma(factor, a);
                b = load(weights, row + BYTES).fma(factor, b);
                c = load(weights, row + 2L * BYTES).fma(factor, c);
                d = load(weights, row + 3L * BYTES).fma(factor, d);
            }
        }
        a.intoMemorySegment(to, sum, ORDER);
        b.intoMemorySegment(to, sum + BYTES, ORDER);
        c.intoMemorySegment(to, sum + 2L * BYTES, ORDER);
        d.intoMemorySegment(to, sum + 3L * BYTES, ORDER);
    }

    private static void add2(
            MemorySegment weights,
            long rows,
            long rowBytes,
            long nextRows,
            MemorySegment indices,
            MemorySegment factors,
            long entries,
            MemorySegment starts,
            long firstStart,
            long span,
            long nextStart,
            int runs,
            MemorySegment from,
            MemorySegment to,
            long sum) {
        FloatVector a = load(from, sum);
        FloatVector b = load(from, sum + BYTES);
        for (int run = 0; run < runs; run++) {
            long start = firstStart + run * nextStart;
            int begin = starts.get(ValueLayout.JAVA_INT, start);
            int end = starts.get(ValueLayout.JAVA_INT, start + span);
            long base = rows + run * nextRows;
            for (int i = begin; i < end; i++) {
                long row = base + indices.get(ValueLayout.JAVA_INT, entries + i * 4L) * rowBytes;
                FloatVector factor =
                        FloatVector.broadcast(FLOATS, factors.get(ValueLayout.JAVA_FLOAT, entries + i * 4L));
                a = load(weights, row).fma(factor, a);
                b = load(weights, row + BYTES).fma(factor, b);
            }
        }
        a.intoMemorySegment(to, sum, ORDER);
        b.intoMemorySegment(to, sum + BYTES, ORDER);
    }

    private static void add1(
            MemorySegment weights,
            long rows,
            long rowBytes,
            long nextRows,
            MemorySegment indices,
            MemorySegment factors,
            long entries,
            MemorySegment starts,
            long firstStart,
            long span,
            long nextStart,
            int runs,
            MemorySegment from,
            MemorySegment to,
            long sum) {
        FloatVector a = load(from, sum);
        for (int run = 0; run < runs; run++) {
            long start = firstStart + run * nextStart;
            int begin = starts.get(ValueLayout.JAVA_INT, start);
            int end = starts.get(ValueLayout.JAVA_INT, start + span);
            long base = rows + run * nextRows;
            for (int i = begin; i < end; i++) {
                long row = base + indices.get(ValueLayout.JAVA_INT, entries + i * 4L) * rowBytes;
                FloatVector factor =
                        FloatVector.broadcast(FLOATS, factors.get(ValueLayout.JAVA_FLOAT, entries + i * 4L));
                a = load(weights, row).fma(factor, a);
            }
        }
        a.intoMemorySegment(to, sum, ORDER);
    }
}

package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.BYTES;
import static org.equipoise.kernel.Lanes.ORDER;
import static org.equipoise.kernel.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The loops in vectors: eight sums at once, which hide the time that an addition takes. */
final class VectorPeakKernels implements PeakKernels {
    private static final int ROW_BYTES = ROW_FLOATS * Float.BYTES;
    private static final int STRIP_BYTES = 8 * BYTES;
    private static final long CHUNK_BYTES = (long) CHUNK_FLOATS * Float.BYTES;

    @Override
    public void addRows(MemorySegment rows, MemorySegment sums, int passes) {
        for (int strip = 0; strip < ROW_BYTES; strip += STRIP_BYTES) {
            addStrip(rows, sums, strip, passes);
        }
    }

    private static void addStrip(MemorySegment rows, MemorySegment sums, int strip, int passes) {
        MemorySegment tile = rows.asSlice(strip, (ROWS - 1L) * ROW_BYTES + STRIP_BYTES);
        MemorySegment target = sums.asSlice(strip, 8L * BYTES);
        FloatVector a = load(target, 0);
        FloatVector b = load(target, BYTES);
        FloatVector c = load(target, 2L * BYTES);
        FloatVector d = load(target, 3L * BYTES);
        FloatVector e = load(target, 4L * BYTES);
        FloatVector f = load(target, 5L * BYTES);
        FloatVector g = load(target, 6L * BYTES);
        FloatVector h = load(target, 7L * BYTES);
        int count = passes * ROWS;
        for (int i = 0; i < count; i++) {
            long row = (i & (ROWS - 1)) * (long) ROW_BYTES;
            a = a.add(load(tile, row));
            b = b.add(load(tile, row + BYTES));
            c = c.add(load(tile, row + 2L * BYTES));
            d = d.add(load(tile, row + 3L * BYTES));
            e = e.add(load(tile, row + 4L * BYTES));
            f = f.add(load(tile, row + 5L * BYTES));
            g = g.add(load(tile, row + 6L * BYTES));
            h = h.add(load(tile, row + 7L * BYTES));
        }
        a.intoMemorySegment(target, 0, ORDER);
        b.intoMemorySegment(target, BYTES, ORDER);
        c.intoMemorySegment(target, 2L * BYTES, ORDER);
        d.intoMemorySegment(target, 3L * BYTES, ORDER);
        e.intoMemorySegment(target, 4L * BYTES, ORDER);
        f.intoMemorySegment(target, 5L * BYTES, ORDER);
        g.intoMemorySegment(target, 6L * BYTES, ORDER);
        h.intoMemorySegment(target, 7L * BYTES, ORDER);
    }

    @Override
    public void addStreams(MemorySegment a, MemorySegment b, MemorySegment sum, int chunk) {
        long first = chunk * CHUNK_BYTES;
        MemorySegment left = a.asSlice(first, CHUNK_BYTES);
        MemorySegment right = b.asSlice(first, CHUNK_BYTES);
        MemorySegment target = sum.asSlice(first, CHUNK_BYTES);
        for (int i = 0; i < (int) CHUNK_BYTES; i += 2 * BYTES) {
            load(left, i).add(load(right, i)).intoMemorySegment(target, i, ORDER);
            load(left, (long) i + BYTES)
                    .add(load(right, (long) i + BYTES))
                    .intoMemorySegment(target, (long) i + BYTES, ORDER);
        }
    }
}

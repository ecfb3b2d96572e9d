package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.BYTES;
import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.FLOATS;
import static org.equipoise.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Sums of the weight rows of one window, given as a word of bits, for one receiver; {@link SpikeTile} says why it is so written. */
final class WindowSums {
    private WindowSums() {}

    /**
     * @param weights rows of {@code lanes} floats
     * @param row byte offset of the row of bit 0
     * @param lanes 16, 32 or 64
     * @param different bits of the rows that count
     * @param absent of these, the rows to take away
     * @param to what is added to
     * @param sums byte offset of the first sum
     */
    static void add(
            MemorySegment weights, long row, int lanes, long different, long absent, MemorySegment to, long sums) {
        switch (lanes / COUNT * 1000 + lanes) {
            case 4064 -> add4Of256(weights, row, different, absent, to, sums);
            case 2032 -> add2Of128(weights, row, different, absent, to, sums);
            case 1016 -> add1Of64(weights, row, different, absent, to, sums);
            case 8064 -> add8Of256(weights, row, different, absent, to, sums);
            case 4032 -> add4Of128(weights, row, different, absent, to, sums);
            case 2016 -> add2Of64(weights, row, different, absent, to, sums);
            case 8032 -> add8Of128(weights, row, different, absent, to, sums);
            case 4016 -> add4Of64(weights, row, different, absent, to, sums);
            case 16064 -> {
                add8Of256(weights, row, different, absent, to, sums);
                add8Of256(weights, row + 8L * BYTES, different, absent, to, sums + 8L * BYTES);
            }
            default -> throw new IllegalArgumentException("No kernel has " + lanes + " lanes in vectors of " + COUNT);
        }
    }

    private static FloatVector load(MemorySegment segment, long offset) {
        return FloatVector.fromMemorySegment(FLOATS, segment, offset, ORDER);
    }

    private static void add4Of256(
            MemorySegment weights, long row, long different, long absent, MemorySegment to, long sums) {
        MemorySegment tile = weights.asSlice(row, Long.SIZE * 256L);
        MemorySegment target = to.asSlice(sums, 4L * BYTES);
        long left = different;
        FloatVector a = load(target, 0);
        FloatVector b = load(target, BYTES);
        FloatVector c = load(target, 2L * BYTES);
        FloatVector d = load(target, 3L * BYTES);
        while (left != 0) {
            int bit = Long.numberOfTrailingZeros(left) & (Long.SIZE - 1);
            left &= left - 1;
            FloatVector sign = sign(absent, bit);
            long at = bit * 256L;
            a = load(tile, at).fma(sign, a);
            b = load(tile, at + BYTES).fma(sign, b);
            c = load(tile, at + 2L * BYTES).fma(sign, c);
            d = load(tile, at + 3L * BYTES).fma(sign, d);
        }
        a.intoMemorySegment(target, 0, ORDER);
        b.intoMemorySegment(target, BYTES, ORDER);
        c.intoMemorySegment(target, 2L * BYTES, ORDER);
        d.intoMemorySegment(target, 3L * BYTES, ORDER);
    }

    private static void add2Of128(
            MemorySegment weights, long row, long different, long absent, MemorySegment to, long sums) {
        MemorySegment tile = weights.asSlice(row, Long.SIZE * 128L);
        MemorySegment target = to.asSlice(sums, 2L * BYTES);
        long left = different;
        FloatVector a = load(target, 0);
        FloatVector b = load(target, BYTES);
        while (left != 0) {
            int bit = Long.numberOfTrailingZeros(left) & (Long.SIZE - 1);
            left &= left - 1;
            FloatVector sign = sign(absent, bit);
            long at = bit * 128L;
            a = load(tile, at).fma(sign, a);
            b = load(tile, at + BYTES).fma(sign, b);
        }
        a.intoMemorySegment(target, 0, ORDER);
        b.intoMemorySegment(target, BYTES, ORDER);
    }

    private static void add1Of64(
            MemorySegment weights, long row, long different, long absent, MemorySegment to, long sums) {
        MemorySegment tile = weights.asSlice(row, Long.SIZE * 64L);
        MemorySegment target = to.asSlice(sums, 1L * BYTES);
        long left = different;
        FloatVector a = load(target, 0);
        while (left != 0) {
            int bit = Long.numberOfTrailingZeros(left) & (Long.SIZE - 1);
            left &= left - 1;
            FloatVector sign = sign(absent, bit);
            long at = bit * 64L;
            a = load(tile, at).fma(sign, a);
        }
        a.intoMemorySegment(target, 0, ORDER);
    }

    private static void add8Of256(
            MemorySegment weights, long row, long different, long absent, MemorySegment to, long sums) {
        MemorySegment tile = weights.asSlice(row, Long.SIZE * 256L);
        MemorySegment target = to.asSlice(sums, 8L * BYTES);
        long left = different;
        FloatVector a = load(target, 0);
        FloatVector b = load(target, BYTES);
        FloatVector c = load(target, 2L * BYTES);
        FloatVector d = load(target, 3L * BYTES);
        FloatVector e = load(target, 4L * BYTES);
        FloatVector f = load(target, 5L * BYTES);
        FloatVector g = load(target, 6L * BYTES);
        FloatVector h = load(target, 7L * BYTES);
        while (left != 0) {
            int bit = Long.numberOfTrailingZeros(left) & (Long.SIZE - 1);
            left &= left - 1;
            FloatVector sign = sign(absent, bit);
            long at = bit * 256L;
            a = load(tile, at).fma(sign, a);
            b = load(tile, at + BYTES).fma(sign, b);
            c = load(tile, at + 2L * BYTES).fma(sign, c);
            d = load(tile, at + 3L * BYTES).fma(sign, d);
            e = load(tile, at + 4L * BYTES).fma(sign, e);
            f = load(tile, at + 5L * BYTES).fma(sign, f);
            g = load(tile, at + 6L * BYTES).fma(sign, g);
            h = load(tile, at + 7L * BYTES).fma(sign, h);
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

    private static void add4Of128(
            MemorySegment weights, long row, long different, long absent, MemorySegment to, long sums) {
        MemorySegment tile = weights.asSlice(row, Long.SIZE * 128L);
        MemorySegment target = to.asSlice(sums, 4L * BYTES);
        long left = different;
        FloatVector a = load(target, 0);
        FloatVector b = load(target, BYTES);
        FloatVector c = load(target, 2L * BYTES);
        FloatVector d = load(target, 3L * BYTES);
        while (left != 0) {
            int bit = Long.numberOfTrailingZeros(left) & (Long.SIZE - 1);
            left &= left - 1;
            FloatVector sign = sign(absent, bit);
            long at = bit * 128L;
            a = load(tile, at).fma(sign, a);
            b = load(tile, at + BYTES).fma(sign, b);
            c = load(tile, at + 2L * BYTES).fma(sign, c);
            d = load(tile, at + 3L * BYTES).fma(sign, d);
        }
        a.intoMemorySegment(target, 0, ORDER);
        b.intoMemorySegment(target, BYTES, ORDER);
        c.intoMemorySegment(target, 2L * BYTES, ORDER);
        d.intoMemorySegment(target, 3L * BYTES, ORDER);
    }

    private static void add2Of64(
            MemorySegment weights, long row, long different, long absent, MemorySegment to, long sums) {
        MemorySegment tile = weights.asSlice(row, Long.SIZE * 64L);
        MemorySegment target = to.asSlice(sums, 2L * BYTES);
        long left = different;
        FloatVector a = load(target, 0);
        FloatVector b = load(target, BYTES);
        while (left != 0) {
            int bit = Long.numberOfTrailingZeros(left) & (Long.SIZE - 1);
            left &= left - 1;
            FloatVector sign = sign(absent, bit);
            long at = bit * 64L;
            a = load(tile, at).fma(sign, a);
            b = load(tile, at + BYTES).fma(sign, b);
        }
        a.intoMemorySegment(target, 0, ORDER);
        b.intoMemorySegment(target, BYTES, ORDER);
    }

    private static void add8Of128(
            MemorySegment weights, long row, long different, long absent, MemorySegment to, long sums) {
        MemorySegment tile = weights.asSlice(row, Long.SIZE * 128L);
        MemorySegment target = to.asSlice(sums, 8L * BYTES);
        long left = different;
        FloatVector a = load(target, 0);
        FloatVector b = load(target, BYTES);
        FloatVector c = load(target, 2L * BYTES);
        FloatVector d = load(target, 3L * BYTES);
        FloatVector e = load(target, 4L * BYTES);
        FloatVector f = load(target, 5L * BYTES);
        FloatVector g = load(target, 6L * BYTES);
        FloatVector h = load(target, 7L * BYTES);
        while (left != 0) {
            int bit = Long.numberOfTrailingZeros(left) & (Long.SIZE - 1);
            left &= left - 1;
            FloatVector sign = sign(absent, bit);
            long at = bit * 128L;
            a = load(tile, at).fma(sign, a);
            b = load(tile, at + BYTES).fma(sign, b);
            c = load(tile, at + 2L * BYTES).fma(sign, c);
            d = load(tile, at + 3L * BYTES).fma(sign, d);
            e = load(tile, at + 4L * BYTES).fma(sign, e);
            f = load(tile, at + 5L * BYTES).fma(sign, f);
            g = load(tile, at + 6L * BYTES).fma(sign, g);
            h = load(tile, at + 7L * BYTES).fma(sign, h);
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

    private static void add4Of64(
            MemorySegment weights, long row, long different, long absent, MemorySegment to, long sums) {
        MemorySegment tile = weights.asSlice(row, Long.SIZE * 64L);
        MemorySegment target = to.asSlice(sums, 4L * BYTES);
        long left = different;
        FloatVector a = load(target, 0);
        FloatVector b = load(target, BYTES);
        FloatVector c = load(target, 2L * BYTES);
        FloatVector d = load(target, 3L * BYTES);
        while (left != 0) {
            int bit = Long.numberOfTrailingZeros(left) & (Long.SIZE - 1);
            left &= left - 1;
            FloatVector sign = sign(absent, bit);
            long at = bit * 64L;
            a = load(tile, at).fma(sign, a);
            b = load(tile, at + BYTES).fma(sign, b);
            c = load(tile, at + 2L * BYTES).fma(sign, c);
            d = load(tile, at + 3L * BYTES).fma(sign, d);
        }
        a.intoMemorySegment(target, 0, ORDER);
        b.intoMemorySegment(target, BYTES, ORDER);
        c.intoMemorySegment(target, 2L * BYTES, ORDER);
        d.intoMemorySegment(target, 3L * BYTES, ORDER);
    }

    /** -1 where the bit is set, 1 where it is not: a multiplication by it is exact. */
    private static FloatVector sign(long absent, int bit) {
        return SpikeTile.sign((int) (absent >>> bit) << 31);
    }
}

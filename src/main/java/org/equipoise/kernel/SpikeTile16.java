package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.BYTES;
import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.ORDER;
import static org.equipoise.kernel.SpikeTile.WORD;
import static org.equipoise.kernel.SpikeTile.load;
import static org.equipoise.kernel.SpikeTile.sign;
import static org.equipoise.kernel.WeightBlocks.TILE_ROWS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.equipoise.tensor.SpikeDifference;

/** Tiles of 16 lanes. */
final class SpikeTile16 {
    private SpikeTile16() {}

    /** See {@link SpikeTile#add}. */
    static void add(
            MemorySegment weights,
            long first,
            long second,
            SpikeDifference sent,
            long firstBits,
            long secondBits,
            long firstMask,
            long secondMask,
            MemorySegment from,
            MemorySegment to,
            long sums,
            ReceiverGrid grid) {
        switch (COUNT) {
            case 16 ->
                add1Of64(
                        weights,
                        first,
                        second,
                        sent,
                        firstBits,
                        secondBits,
                        firstMask,
                        secondMask,
                        from,
                        to,
                        sums,
                        grid);
            case 8 ->
                add2Of64(
                        weights,
                        first,
                        second,
                        sent,
                        firstBits,
                        secondBits,
                        firstMask,
                        secondMask,
                        from,
                        to,
                        sums,
                        grid);
            case 4 ->
                add4Of64(
                        weights,
                        first,
                        second,
                        sent,
                        firstBits,
                        secondBits,
                        firstMask,
                        secondMask,
                        from,
                        to,
                        sums,
                        grid);
            default -> throw new IllegalStateException("No kernel has vectors of " + COUNT + " lanes");
        }
    }

    private static void add1Of64(
            MemorySegment weights,
            long first,
            long second,
            SpikeDifference sent,
            long firstBits,
            long secondBits,
            long firstMask,
            long secondMask,
            MemorySegment from,
            MemorySegment to,
            long sums,
            ReceiverGrid grid) {
        MemorySegment near = weights.asSlice(first, TILE_ROWS * 64L);
        MemorySegment far = weights.asSlice(second, TILE_ROWS * 64L);
        MemorySegment spikes = sent.spikes().segment();
        MemorySegment expected = sent.expected().segment();
        boolean inPlace = from.equals(to);
        int rows = grid.rows();
        int columns = grid.columns();
        long bitsRow = grid.bitsRow();
        long bitsColumn = grid.bitsColumn();
        long sumsRow = grid.sumsRow();
        long sumsColumn = grid.sumsColumn();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                long bits = row * bitsRow + column * bitsColumn;
                long absent = expected.get(WORD, firstBits + bits);
                long different = (spikes.get(WORD, firstBits + bits) ^ absent) & firstMask;
                long farAbsent = expected.get(WORD, secondBits + bits);
                long farDifferent = (spikes.get(WORD, secondBits + bits) ^ farAbsent) & secondMask;
                if (inPlace && (different | farDifferent) == 0) {
                    continue;
                }
                long at = sums + row * sumsRow + column * sumsColumn;
                MemorySegment source = from.asSlice(at, 1L * BYTES);
                MemorySegment target = to.asSlice(at, 1L * BYTES);
                FloatVector a = load(source, 0);
                for (int n = Long.bitCount(different); n > 0; n--) {
                    int bit = Long.numberOfTrailingZeros(different) & (TILE_ROWS - 1);
                    different &= different - 1;
                    FloatVector sign = sign(absent, bit);
                    long nearRow = bit * 64L;
                    a = load(near, nearRow).fma(sign, a);
                }
                for (int n = Long.bitCount(farDifferent); n > 0; n--) {
                    int bit = Long.numberOfTrailingZeros(farDifferent) & (TILE_ROWS - 1);
                    farDifferent &= farDifferent - 1;
                    FloatVector sign = sign(farAbsent, bit);
                    long farRow = bit * 64L;
                    a = load(far, farRow).fma(sign, a);
                }
                a.intoMemorySegment(target, 0, ORDER);
            }
        }
    }

    private static void add2Of64(
            MemorySegment weights,
            long first,
            long second,
            SpikeDifference sent,
            long firstBits,
            long secondBits,
            long firstMask,
            long secondMask,
            MemorySegment from,
            MemorySegment to,
            long sums,
            ReceiverGrid grid) {
        MemorySegment near = weights.asSlice(first, TILE_ROWS * 64L);
        MemorySegment far = weights.asSlice(second, TILE_ROWS * 64L);
        MemorySegment spikes = sent.spikes().segment();
        MemorySegment expected = sent.expected().segment();
        boolean inPlace = from.equals(to);
        int rows = grid.rows();
        int columns = grid.columns();
        long bitsRow = grid.bitsRow();
        long bitsColumn = grid.bitsColumn();
        long sumsRow = grid.sumsRow();
        long sumsColumn = grid.sumsColumn();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                long bits = row * bitsRow + column * bitsColumn;
                long absent = expected.get(WORD, firstBits + bits);
                long different = (spikes.get(WORD, firstBits + bits) ^ absent) & firstMask;
                long farAbsent = expected.get(WORD, secondBits + bits);
                long farDifferent = (spikes.get(WORD, secondBits + bits) ^ farAbsent) & secondMask;
                if (inPlace && (different | farDifferent) == 0) {
                    continue;
                }
                long at = sums + row * sumsRow + column * sumsColumn;
                MemorySegment source = from.asSlice(at, 2L * BYTES);
                MemorySegment target = to.asSlice(at, 2L * BYTES);
                FloatVector a = load(source, 0);
                FloatVector b = load(source, BYTES);
                for (int n = Long.bitCount(different); n > 0; n--) {
                    int bit = Long.numberOfTrailingZeros(different) & (TILE_ROWS - 1);
                    different &= different - 1;
                    FloatVector sign = sign(absent, bit);
                    long nearRow = bit * 64L;
                    a = load(near, nearRow).fma(sign, a);
                    b = load(near, nearRow + BYTES).fma(sign, b);
                }
                for (int n = Long.bitCount(farDifferent); n > 0; n--) {
                    int bit = Long.numberOfTrailingZeros(farDifferent) & (TILE_ROWS - 1);
                    farDifferent &= farDifferent - 1;
                    FloatVector sign = sign(farAbsent, bit);
                    long farRow = bit * 64L;
                    a = load(far, farRow).fma(sign, a);
                    b = load(far, farRow + BYTES).fma(sign, b);
                }
                a.intoMemorySegment(target, 0, ORDER);
                b.intoMemorySegment(target, BYTES, ORDER);
            }
        }
    }

    private static void add4Of64(
            MemorySegment weights,
            long first,
            long second,
            SpikeDifference sent,
            long firstBits,
            long secondBits,
            long firstMask,
            long secondMask,
            MemorySegment from,
            MemorySegment to,
            long sums,
            ReceiverGrid grid) {
        MemorySegment near = weights.asSlice(first, TILE_ROWS * 64L);
        MemorySegment far = weights.asSlice(second, TILE_ROWS * 64L);
        MemorySegment spikes = sent.spikes().segment();
        MemorySegment expected = sent.expected().segment();
        boolean inPlace = from.equals(to);
        int rows = grid.rows();
        int columns = grid.columns();
        long bitsRow = grid.bitsRow();
        long bitsColumn = grid.bitsColumn();
        long sumsRow = grid.sumsRow();
        long sumsColumn = grid.sumsColumn();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                long bits = row * bitsRow + column * bitsColumn;
                long absent = expected.get(WORD, firstBits + bits);
                long different = (spikes.get(WORD, firstBits + bits) ^ absent) & firstMask;
                long farAbsent = expected.get(WORD, secondBits + bits);
                long farDifferent = (spikes.get(WORD, secondBits + bits) ^ farAbsent) & secondMask;
                if (inPlace && (different | farDifferent) == 0) {
                    continue;
                }
                long at = sums + row * sumsRow + column * sumsColumn;
                MemorySegment source = from.asSlice(at, 4L * BYTES);
                MemorySegment target = to.asSlice(at, 4L * BYTES);
                FloatVector a = load(source, 0);
                FloatVector b = load(source, BYTES);
                FloatVector c = load(source, 2L * BYTES);
                FloatVector d = load(source, 3L * BYTES);
                for (int n = Long.bitCount(different); n > 0; n--) {
                    int bit = Long.numberOfTrailingZeros(different) & (TILE_ROWS - 1);
                    different &= different - 1;
                    FloatVector sign = sign(absent, bit);
                    long nearRow = bit * 64L;
                    a = load(near, nearRow).fma(sign, a);
                    b = load(near, nearRow + BYTES).fma(sign, b);
                    c = load(near, nearRow + 2L * BYTES).fma(sign, c);
                    d = load(near, nearRow + 3L * BYTES).fma(sign, d);
                }
                for (int n = Long.bitCount(farDifferent); n > 0; n--) {
                    int bit = Long.numberOfTrailingZeros(farDifferent) & (TILE_ROWS - 1);
                    farDifferent &= farDifferent - 1;
                    FloatVector sign = sign(farAbsent, bit);
                    long farRow = bit * 64L;
                    a = load(far, farRow).fma(sign, a);
                    b = load(far, farRow + BYTES).fma(sign, b);
                    c = load(far, farRow + 2L * BYTES).fma(sign, c);
                    d = load(far, farRow + 3L * BYTES).fma(sign, d);
                }
                a.intoMemorySegment(target, 0, ORDER);
                b.intoMemorySegment(target, BYTES, ORDER);
                c.intoMemorySegment(target, 2L * BYTES, ORDER);
                d.intoMemorySegment(target, 3L * BYTES, ORDER);
            }
        }
    }
}

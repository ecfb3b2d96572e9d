package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.BYTES;
import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.ORDER;
import static org.equipoise.kernel.SpikeTile.NUMBER;
import static org.equipoise.kernel.SpikeTile.load;
import static org.equipoise.kernel.SpikeTile.sign;
import static org.equipoise.kernel.WeightBlocks.TILE_ROWS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Tiles of 32 lanes. */
final class SpikeTile32 {
    private SpikeTile32() {}

    /** See {@link SpikeTile#add}. */
    static void add(
            MemorySegment weights,
            long first,
            MemorySegment numbers,
            MemorySegment starts,
            int groupShift,
            int groups,
            int firstSender,
            int images,
            ReceiverGrid grid,
            MemorySegment from,
            MemorySegment to,
            long sums) {
        switch (COUNT) {
            case 16 ->
                add2Of128(
                        weights, first, numbers, starts, groupShift, groups, firstSender, images, grid, from, to, sums);
            case 8 ->
                add4Of128(
                        weights, first, numbers, starts, groupShift, groups, firstSender, images, grid, from, to, sums);
            case 4 ->
                add8Of128(
                        weights, first, numbers, starts, groupShift, groups, firstSender, images, grid, from, to, sums);
            default -> throw new IllegalStateException("No kernel has vectors of " + COUNT + " lanes");
        }
    }

    private static void add2Of128(
            MemorySegment weights,
            long first,
            MemorySegment numbers,
            MemorySegment starts,
            int groupShift,
            int groups,
            int firstSender,
            int images,
            ReceiverGrid grid,
            MemorySegment from,
            MemorySegment to,
            long sums) {
        MemorySegment tile = weights.asSlice(first, TILE_ROWS * 128L);
        boolean inPlace = from.equals(to);
        int rows = grid.rows();
        int columns = grid.columns();
        int sendersImage = grid.sendersImage();
        int sendersRow = grid.sendersRow();
        int sendersColumn = grid.sendersColumn();
        long sumsImage = grid.sumsImage();
        long sumsRow = grid.sumsRow();
        long sumsColumn = grid.sumsColumn();
        for (int image = 0; image < images; image++) {
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    int sender = firstSender + image * sendersImage + row * sendersRow + column * sendersColumn;
                    int group = sender >>> groupShift;
                    int begin = starts.get(NUMBER, group * 4L);
                    int end = starts.get(NUMBER, (group + groups) * 4L);
                    if (inPlace && begin == end) {
                        continue;
                    }
                    long at = sums + image * sumsImage + row * sumsRow + column * sumsColumn;
                    MemorySegment source = from.asSlice(at, 2L * BYTES);
                    MemorySegment target = to.asSlice(at, 2L * BYTES);
                    FloatVector a = load(source, 0);
                    FloatVector b = load(source, BYTES);
                    for (int k = begin; k < end; k++) {
                        int event = numbers.get(NUMBER, k * 4L);
                        FloatVector sign = sign(event);
                        long sent = ((event - sender) & (TILE_ROWS - 1)) * 128L;
                        a = load(tile, sent).fma(sign, a);
                        b = load(tile, sent + BYTES).fma(sign, b);
                    }
                    a.intoMemorySegment(target, 0, ORDER);
                    b.intoMemorySegment(target, BYTES, ORDER);
                }
            }
        }
    }

    private static void add4Of128(
            MemorySegment weights,
            long first,
            MemorySegment numbers,
            MemorySegment starts,
            int groupShift,
            int groups,
            int firstSender,
            int images,
            ReceiverGrid grid,
            MemorySegment from,
            MemorySegment to,
            long sums) {
        MemorySegment tile = weights.asSlice(first, TILE_ROWS * 128L);
        boolean inPlace = from.equals(to);
        int rows = grid.rows();
        int columns = grid.columns();
        int sendersImage = grid.sendersImage();
        int sendersRow = grid.sendersRow();
        int sendersColumn = grid.sendersColumn();
        long sumsImage = grid.sumsImage();
        long sumsRow = grid.sumsRow();
        long sumsColumn = grid.sumsColumn();
        for (int image = 0; image < images; image++) {
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    int sender = firstSender + image * sendersImage + row * sendersRow + column * sendersColumn;
                    int group = sender >>> groupShift;
                    int begin = starts.get(NUMBER, group * 4L);
                    int end = starts.get(NUMBER, (group + groups) * 4L);
                    if (inPlace && begin == end) {
                        continue;
                    }
                    long at = sums + image * sumsImage + row * sumsRow + column * sumsColumn;
                    MemorySegment source = from.asSlice(at, 4L * BYTES);
                    MemorySegment target = to.asSlice(at, 4L * BYTES);
                    FloatVector a = load(source, 0);
                    FloatVector b = load(source, BYTES);
                    FloatVector c = load(source, 2L * BYTES);
                    FloatVector d = load(source, 3L * BYTES);
                    for (int k = begin; k < end; k++) {
                        int event = numbers.get(NUMBER, k * 4L);
                        FloatVector sign = sign(event);
                        long sent = ((event - sender) & (TILE_ROWS - 1)) * 128L;
                        a = load(tile, sent).fma(sign, a);
                        b = load(tile, sent + BYTES).fma(sign, b);
                        c = load(tile, sent + 2L * BYTES).fma(sign, c);
                        d = load(tile, sent + 3L * BYTES).fma(sign, d);
                    }
                    a.intoMemorySegment(target, 0, ORDER);
                    b.intoMemorySegment(target, BYTES, ORDER);
                    c.intoMemorySegment(target, 2L * BYTES, ORDER);
                    d.intoMemorySegment(target, 3L * BYTES, ORDER);
                }
            }
        }
    }

    private static void add8Of128(
            MemorySegment weights,
            long first,
            MemorySegment numbers,
            MemorySegment starts,
            int groupShift,
            int groups,
            int firstSender,
            int images,
            ReceiverGrid grid,
            MemorySegment from,
            MemorySegment to,
            long sums) {
        MemorySegment tile = weights.asSlice(first, TILE_ROWS * 128L);
        boolean inPlace = from.equals(to);
        int rows = grid.rows();
        int columns = grid.columns();
        int sendersImage = grid.sendersImage();
        int sendersRow = grid.sendersRow();
        int sendersColumn = grid.sendersColumn();
        long sumsImage = grid.sumsImage();
        long sumsRow = grid.sumsRow();
        long sumsColumn = grid.sumsColumn();
        for (int image = 0; image < images; image++) {
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    int sender = firstSender + image * sendersImage + row * sendersRow + column * sendersColumn;
                    int group = sender >>> groupShift;
                    int begin = starts.get(NUMBER, group * 4L);
                    int end = starts.get(NUMBER, (group + groups) * 4L);
                    if (inPlace && begin == end) {
                        continue;
                    }
                    long at = sums + image * sumsImage + row * sumsRow + column * sumsColumn;
                    MemorySegment source = from.asSlice(at, 8L * BYTES);
                    MemorySegment target = to.asSlice(at, 8L * BYTES);
                    FloatVector a = load(source, 0);
                    FloatVector b = load(source, BYTES);
                    FloatVector c = load(source, 2L * BYTES);
                    FloatVector d = load(source, 3L * BYTES);
                    FloatVector e = load(source, 4L * BYTES);
                    FloatVector f = load(source, 5L * BYTES);
                    FloatVector g = load(source, 6L * BYTES);
                    FloatVector h = load(source, 7L * BYTES);
                    for (int k = begin; k < end; k++) {
                        int event = numbers.get(NUMBER, k * 4L);
                        FloatVector sign = sign(event);
                        long sent = ((event - sender) & (TILE_ROWS - 1)) * 128L;
                        a = load(tile, sent).fma(sign, a);
                        b = load(tile, sent + BYTES).fma(sign, b);
                        c = load(tile, sent + 2L * BYTES).fma(sign, c);
                        d = load(tile, sent + 3L * BYTES).fma(sign, d);
                        e = load(tile, sent + 4L * BYTES).fma(sign, e);
                        f = load(tile, sent + 5L * BYTES).fma(sign, f);
                        g = load(tile, sent + 6L * BYTES).fma(sign, g);
                        h = load(tile, sent + 7L * BYTES).fma(sign, h);
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
            }
        }
    }
}

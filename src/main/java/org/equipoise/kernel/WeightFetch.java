package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads weights in sequence, which memory does several times as fast as in no order, so that they are near when they are used. */
final class WeightFetch {
    private static final int LINE_BYTES = 64;

    private WeightFetch() {}

    /**
     * @param weights the weights
     * @param block the block
     * @param firstRow first row
     * @param rows how many rows
     */
    static void fetch(WeightBlocks weights, int block, int firstRow, int rows) {
        MemorySegment tile = weights.rows(block, firstRow, rows);
        int bytes = (int) tile.byteSize();
        long all = 0;
        for (int at = 0; at < bytes; at += LINE_BYTES) {
            all |= tile.get(ValueLayout.JAVA_LONG, at);
        }
        // What was read must seem to matter, or the compiler would not read it.
        if (all == 1) {
            Thread.onSpinWait();
        }
    }
}

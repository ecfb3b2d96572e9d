package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class WeightFetchTest {
    private static final int ROWS = 5;
    private static final int LANES = 80;

    /** Memory that ends with the last row lets nothing beyond be read. */
    @Test
    void rowsAreReadAndNothingBeyondThem() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment whole = arena.allocate(WeightBlocks.weightsNeeded(ROWS, LANES) * Float.BYTES, 64);
            MemorySegment before = arena.allocate(whole.byteSize(), 64).copyFrom(whole);
            WeightBlocks weights = new WeightBlocks(whole, ROWS, LANES);
            for (int block = 0; block < weights.blocks(); block++) {
                WeightFetch.fetch(weights, block, 0, ROWS);
                WeightFetch.fetch(weights, block, ROWS - 1, 1);
                WeightFetch.fetch(weights, block, 2, 0);
            }
            assertEquals(-1, whole.mismatch(before));
            int room = (int) (whole.byteSize() / Float.BYTES / 64);
            assertThrows(IndexOutOfBoundsException.class, () -> WeightFetch.fetch(weights, 0, 0, room + 1));
            assertThrows(IndexOutOfBoundsException.class, () -> WeightFetch.fetch(weights, 0, room, 1));
        }
    }
}

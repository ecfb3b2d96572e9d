package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Two loops that do nothing but what limits settling, to measure how fast this machine could do it: weight rows loaded from the
 * nearest cache and added, and three streams from and to memory.
 */
public interface PeakKernels {
    /** float32 values in a row of {@link #addRows}. */
    int ROW_FLOATS = 128;

    /** Rows of {@link #addRows}, a power of two: 16 KiB, half of the smallest first-level cache in use. */
    int ROWS = 32;

    /** float32 values that {@link #addStreams} adds at a time: 64 KiB of each stream. */
    int CHUNK_FLOATS = 1 << 14;

    /**
     * {@code sums[i] += rows[r][i]} for every row, again and again, each sum in the order of the rows: one load an addition, as a
     * spike costs.
     *
     * @param rows {@link #ROWS} × {@link #ROW_FLOATS} float32 values
     * @param sums {@link #ROW_FLOATS} float32 values
     * @param passes how many times all rows are added
     */
    void addRows(MemorySegment rows, MemorySegment sums, int passes);

    /**
     * {@code sum[i] = a[i] + b[i]} for one chunk.
     *
     * @param a float32 values
     * @param b float32 values
     * @param sum float32 values, written
     * @param chunk which chunk of {@link #CHUNK_FLOATS}, from 0
     */
    void addStreams(MemorySegment a, MemorySegment b, MemorySegment sum, int chunk);

    /**
     * @param kernels an implementation of the engine's arithmetic
     * @return these loops in vectors of the same width, or in scalar code
     */
    static PeakKernels like(Kernels kernels) {
        return kernels.vectorBits() == 0 ? new ScalarPeakKernels() : new VectorPeakKernels();
    }
}

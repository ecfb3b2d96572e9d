package org.equipoise.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** The scalar twin: plain loops, of which the compiler makes what it can. */
final class ScalarPeakKernels implements PeakKernels {
    @Override
    public void addRows(MemorySegment rows, MemorySegment sums, int passes) {
        for (int pass = 0; pass < passes; pass++) {
            for (int row = 0; row < ROWS; row++) {
                for (int i = 0; i < ROW_FLOATS; i++) {
                    float value = rows.getAtIndex(JAVA_FLOAT, row * ROW_FLOATS + i);
                    sums.setAtIndex(JAVA_FLOAT, i, sums.getAtIndex(JAVA_FLOAT, i) + value);
                }
            }
        }
    }

    @Override
    public void addStreams(MemorySegment a, MemorySegment b, MemorySegment sum, int chunk) {
        long first = (long) chunk * CHUNK_FLOATS;
        for (int i = 0; i < CHUNK_FLOATS; i++) {
            float value = a.getAtIndex(JAVA_FLOAT, first + i) + b.getAtIndex(JAVA_FLOAT, first + i);
            sum.setAtIndex(JAVA_FLOAT, first + i, value);
        }
    }
}

package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.FLOATS;
import static org.equipoise.kernel.Lanes.ORDER;
import static org.equipoise.kernel.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * Transposes squares of as many rows and columns as a vector has lanes. To put row {@code i} and row {@code i + n/2} together like
 * a zip, as rows {@code 2i} and {@code 2i + 1}, moves each element's row and column number, taken as one number in binary, round by
 * one digit; as often as a row number has digits, and rows have become columns. Two small arrays on the heap hold what is under way.
 */
final class Transposition {
    private static final int HALF = COUNT / 2;
    private static final VectorShuffle<Float> LOW = VectorShuffle.makeZip(FLOATS, 0);
    private static final VectorShuffle<Float> HIGH = VectorShuffle.makeZip(FLOATS, 1);

    private final float[] one = new float[COUNT * COUNT];
    private final float[] other = new float[COUNT * COUNT];

    /**
     * Transposes a matrix of contiguous rows, times a gain, into another.
     *
     * @param from the matrix
     * @param read byte offset of its first row
     * @param rows its rows, a multiple of the lanes
     * @param columns its columns, a multiple of the lanes
     * @param gain factor of every element
     * @param to where the transpose goes
     * @param write byte offset of its first row
     */
    void transpose(MemorySegment from, long read, int rows, int columns, float gain, MemorySegment to, long write) {
        for (int row = 0; row < rows; row += COUNT) {
            for (int column = 0; column < columns; column += COUNT) {
                zipFrom(from, read + (row * columns + column) * 4L, columns * 4L, gain, one);
                float[] zipped = zipAllButTwice();
                zipInto(zipped, to, write + (column * rows + row) * 4L, rows * 4L);
            }
        }
    }

    private float[] zipAllButTwice() {
        float[] from = one;
        float[] to = other;
        for (int width = 4; width < COUNT; width *= 2) {
            zip(from, to);
            float[] zipped = to;
            to = from;
            from = zipped;
        }
        return from;
    }

    private static void zipFrom(MemorySegment from, long read, long rowBytes, float gain, float[] to) {
        for (int i = 0; i < HALF; i++) {
            FloatVector a = load(from, read + i * rowBytes).mul(gain);
            FloatVector b = load(from, read + (i + HALF) * rowBytes).mul(gain);
            a.rearrange(LOW, b).intoArray(to, 2 * i * COUNT);
            a.rearrange(HIGH, b).intoArray(to, (2 * i + 1) * COUNT);
        }
    }

    private static void zip(float[] from, float[] to) {
        for (int i = 0; i < HALF; i++) {
            FloatVector a = FloatVector.fromArray(FLOATS, from, i * COUNT);
            FloatVector b = FloatVector.fromArray(FLOATS, from, (i + HALF) * COUNT);
            a.rearrange(LOW, b).intoArray(to, 2 * i * COUNT);
            a.rearrange(HIGH, b).intoArray(to, (2 * i + 1) * COUNT);
        }
    }

    private static void zipInto(float[] from, MemorySegment to, long write, long rowBytes) {
        for (int i = 0; i < HALF; i++) {
            FloatVector a = FloatVector.fromArray(FLOATS, from, i * COUNT);
            FloatVector b = FloatVector.fromArray(FLOATS, from, (i + HALF) * COUNT);
            a.rearrange(LOW, b).intoMemorySegment(to, write + 2L * i * rowBytes, ORDER);
            a.rearrange(HIGH, b).intoMemorySegment(to, write + (2L * i + 1) * rowBytes, ORDER);
        }
    }
}

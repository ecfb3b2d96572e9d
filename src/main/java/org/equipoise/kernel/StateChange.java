package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.tensor.FloatTensor;

/**
 * How far the activations of an image have moved. It is asked once in many steps, so one implementation, in plain code, serves all
 * kernels and gives them the same bits.
 */
public final class StateChange {
    private static final int SUMS = 4;

    private StateChange() {}

    /**
     * {@code Σ |s - s_earlier|} over the neurons of a layer: float32 differences, added up in float64 as four sums of every fourth
     * neuron, of which then {@code (0 + 1) + (2 + 3)}. Padding, which stays zero, adds nothing.
     *
     * @param s activations
     * @param earlier activations of the same layer some steps ago
     * @param image which image
     * @return the sum
     */
    public static double sum(FloatTensor s, FloatTensor earlier, int image) {
        MemorySegment now = s.segment();
        MemorySegment before = earlier.segment();
        long atNow = s.imageOffset(image);
        long atBefore = earlier.imageOffset(image);
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        int floats = s.layout().floatStride();
        for (int i = 0; i < floats; i += SUMS) {
            long at = (long) i * Float.BYTES;
            sum0 += difference(now, atNow + at, before, atBefore + at);
            sum1 += difference(now, atNow + at + Float.BYTES, before, atBefore + at + Float.BYTES);
            sum2 += difference(now, atNow + at + 2 * Float.BYTES, before, atBefore + at + 2 * Float.BYTES);
            sum3 += difference(now, atNow + at + 3 * Float.BYTES, before, atBefore + at + 3 * Float.BYTES);
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }

    private static float difference(MemorySegment now, long atNow, MemorySegment before, long atBefore) {
        return Math.abs(now.get(ValueLayout.JAVA_FLOAT, atNow) - before.get(ValueLayout.JAVA_FLOAT, atBefore));
    }
}

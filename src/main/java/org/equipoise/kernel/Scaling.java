package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.tensor.FloatTensor;

/**
 * Multiples of states and weights. They take a small part of a step or of an update, so one implementation, in plain code, serves all
 * kernels and gives them the same bits.
 */
public final class Scaling {
    private Scaling() {}

    /**
     * {@code s ← factor · s}.
     *
     * @param s changed
     * @param factor on every value
     * @param images how many images, from the first
     */
    public static void scale(FloatTensor s, float factor, int images) {
        MemorySegment values = s.segment();
        long floats = FloatTensor.floatsNeeded(s.layout(), images);
        for (long i = 0; i < floats; i++) {
            values.setAtIndex(ValueLayout.JAVA_FLOAT, i, factor * values.getAtIndex(ValueLayout.JAVA_FLOAT, i));
        }
    }

    /**
     * {@code to = factor · (s − reference)}.
     *
     * @param s states
     * @param reference states of the same layout
     * @param factor on every difference
     * @param to of the same layout, written
     * @param images how many images, from the first
     */
    public static void difference(FloatTensor s, FloatTensor reference, float factor, FloatTensor to, int images) {
        MemorySegment one = s.segment();
        MemorySegment other = reference.segment();
        MemorySegment result = to.segment();
        long floats = FloatTensor.floatsNeeded(s.layout(), images);
        for (long i = 0; i < floats; i++) {
            float difference = one.getAtIndex(ValueLayout.JAVA_FLOAT, i) - other.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            result.setAtIndex(ValueLayout.JAVA_FLOAT, i, factor * difference);
        }
    }

    /**
     * {@code to = factor · from} for one block of weights.
     *
     * @param from weights
     * @param factor on every weight
     * @param to as many weights, in a format of their own, written
     * @param block which block
     */
    public static void weights(WeightBlocks from, float factor, WeightBlocks to, int block) {
        long weights = (long) from.rows() * from.blockLanes(block);
        WeightFormat reading = from.format();
        WeightFormat writing = to.format();
        long read = from.blockOffset(block);
        long write = to.blockOffset(block);
        for (long i = 0; i < weights; i++) {
            float weight = reading.get(from.segment(), read + i * reading.bytes());
            writing.set(to.segment(), write + i * writing.bytes(), factor * weight);
        }
    }
}

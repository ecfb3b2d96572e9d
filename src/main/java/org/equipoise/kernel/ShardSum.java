package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Adds the gradients of shards, in float32 or rounded to bfloat16 (the upper half of a float32) after each addition, to the nearest and
 * of two equally near ones to the even. Each value is one sum of two, so one implementation, in plain code, serves all kernels and gives
 * them the same bits.
 */
public final class ShardSum {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT;
    private static final int HALF_BITS = 16;
    private static final int INFINITY = 0x7f80_0000;
    private static final int QUIET = 0x40;

    private ShardSum() {}

    /**
     * {@code sum ← sum + term}.
     *
     * @param sum float32, changed
     * @param term as many float32 values elsewhere
     */
    public static void add(MemorySegment sum, MemorySegment term) {
        int floats = floats(sum);
        for (int i = 0; i < floats; i++) {
            sum.setAtIndex(FLOAT, i, sum.getAtIndex(FLOAT, i) + term.getAtIndex(FLOAT, i));
        }
    }

    /**
     * Rounds to the values that bfloat16 has.
     *
     * @param values float32, changed
     */
    public static void round(MemorySegment values) {
        int floats = floats(values);
        for (int i = 0; i < floats; i++) {
            values.setAtIndex(FLOAT, i, value(bfloat16(values.getAtIndex(FLOAT, i))));
        }
    }

    /**
     * @param values float32
     * @param halves as many bfloat16 values, overwritten
     */
    public static void encode(MemorySegment values, MemorySegment halves) {
        int floats = floats(values);
        for (int i = 0; i < floats; i++) {
            halves.setAtIndex(HALF, i, bfloat16(values.getAtIndex(FLOAT, i)));
        }
    }

    /**
     * @param halves bfloat16
     * @param values as many float32 values, overwritten
     */
    public static void decode(MemorySegment halves, MemorySegment values) {
        int floats = floats(values);
        for (int i = 0; i < floats; i++) {
            values.setAtIndex(FLOAT, i, value(halves.getAtIndex(HALF, i)));
        }
    }

    /** {@return the bfloat16 nearest to a value; of no number, one that is none either} */
    static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & Integer.MAX_VALUE) > INFINITY) {
            return (short) ((bits >>> HALF_BITS) | QUIET);
        }
        return (short) ((bits + 0x7fff + ((bits >>> HALF_BITS) & 1)) >>> HALF_BITS);
    }

    /** {@return what a bfloat16 stands for} */
    static float value(short half) {
        return Float.intBitsToFloat(half << HALF_BITS);
    }

    private static int floats(MemorySegment values) {
        return Math.toIntExact(values.byteSize() / Float.BYTES);
    }
}

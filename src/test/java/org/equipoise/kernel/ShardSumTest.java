package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShardSumTest {
    private static float rounded(float value) {
        float[] values = {value};
        ShardSum.round(MemorySegment.ofArray(values));
        return values[0];
    }

    @Test
    void roundingIsToTheNearestAndOfTwoToTheEven() {
        assertEquals(1f, rounded(1f));
        float ulp = 1f / 128;
        assertEquals(1f, rounded(1f + ulp / 2));
        assertEquals(1f + 2 * ulp, rounded(1f + 1.5f * ulp));
        assertEquals(1f + ulp, rounded(Math.nextUp(1f + ulp / 2)));
        assertEquals(-0f, rounded(-0f));
        assertEquals(Float.POSITIVE_INFINITY, rounded(Float.MAX_VALUE));
        assertEquals(Float.NEGATIVE_INFINITY, rounded(Float.NEGATIVE_INFINITY));
        assertTrue(Float.isNaN(rounded(Float.NaN)));
        assertTrue(Float.isNaN(rounded(Float.intBitsToFloat(0x7f80_0001))));
    }

    /** No bfloat16 is nearer, and none that is one changes. */
    @Test
    void nothingIsNearer() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 100_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (!Float.isFinite(value) || Math.abs(value) > 3e38f) {
                continue;
            }
            float near = rounded(value);
            assertEquals(near, rounded(near));
            int bits = Float.floatToRawIntBits(near);
            float larger = Float.intBitsToFloat(bits + 0x1_0000);
            assertTrue(Math.abs((double) value - near) <= Math.abs((double) value - larger));
            if ((bits & Integer.MAX_VALUE) >= 0x1_0000) {
                float smaller = Float.intBitsToFloat(bits - 0x1_0000);
                assertTrue(Math.abs((double) value - near) <= Math.abs((double) value - smaller));
            }
        }
    }

    @Test
    void whatIsSentInSixteenBitsArrivesRounded() {
        float[] values = {0.1f, -3.75f, 1e-30f, 12_345.678f};
        short[] halves = new short[values.length];
        float[] back = new float[values.length];
        ShardSum.encode(MemorySegment.ofArray(values), MemorySegment.ofArray(halves));
        ShardSum.decode(MemorySegment.ofArray(halves), MemorySegment.ofArray(back));
        ShardSum.round(MemorySegment.ofArray(values));
        assertArrayEquals(values, back);
    }

    @Test
    void sumsAreOfPairs() {
        float[] sum = {1, 2, 3};
        ShardSum.add(MemorySegment.ofArray(sum), MemorySegment.ofArray(new float[] {10, 20, 30}));
        assertArrayEquals(new float[] {11, 22, 33}, sum);
    }
}

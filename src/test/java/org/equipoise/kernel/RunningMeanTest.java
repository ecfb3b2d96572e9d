package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunningMeanTest {
    @Test
    void theMeanGoesAShareOfTheWay() {
        float[] mean = {1f, -2f, 0f};
        RunningMean.follow(MemorySegment.ofArray(mean), MemorySegment.ofArray(new float[] {3f, 2f, 0f}), 0.25f);
        assertArrayEquals(new float[] {1.5f, -1f, 0f}, mean);
    }

    /** Values change places in pieces of 1024: fewer than one, several whole ones, and a rest. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 1025, 2048, 2500})
    void contentsChangePlaces(int count) {
        Random random = new Random(count);
        float[] one = new float[count];
        float[] other = new float[count + 1];
        for (int i = 0; i < count; i++) {
            one[i] = random.nextFloat();
            other[i] = random.nextFloat();
        }
        other[count] = 9f;
        float[] expectedOther = one.clone();
        float[] expectedOne = Arrays.copyOf(other, count);
        RunningMean.exchange(MemorySegment.ofArray(one), MemorySegment.ofArray(other));
        assertArrayEquals(expectedOne, one);
        assertArrayEquals(expectedOther, Arrays.copyOf(other, count));
        assertEquals(9f, other[count], "what lies beyond stays");
    }
}

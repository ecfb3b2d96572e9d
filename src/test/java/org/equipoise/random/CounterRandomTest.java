package org.equipoise.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CounterRandomTest {
    /** The known answers of philox4x32-10 that its authors publish with Random123, file kat_vectors. */
    @Test
    void givesTheKnownAnswersOfPhilox() {
        assertEquals(0xe169c58d_6627e8d5L, new CounterRandom(0, 0).bits(0));
        assertEquals(0x41c83b0e_408f276dL, new CounterRandom(-1, -1).bits(-1));
        assertEquals(
                0x94fdcceb_d16cfe09L,
                new CounterRandom(0x299f31d0_a4093822L, 0x03707344_13198a2eL).bits(0x85a308d3_243f6a88L));
    }

    @Test
    void drawsEveryNumberBelowABoundEquallyOften() {
        CounterRandom random = new CounterRandom(3, 1);
        int bound = 7;
        int draws = 70_000;
        int[] counts = new int[bound];
        for (int i = 0; i < draws; i++) {
            counts[random.below(bound, i)]++;
        }

        double chiSquare = 0;
        double expected = draws / (double) bound;
        for (int count : counts) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        // 6 degrees of freedom: a thousandth of fair generators exceed 22.46
        assertTrue(chiSquare < 22.46, "chi-square " + chiSquare);
    }

    @Test
    void reachesBothEndsOfTheLargestBound() {
        CounterRandom random = new CounterRandom(0, 0);
        int least = Integer.MAX_VALUE;
        int most = 0;
        for (int i = 0; i < 10_000; i++) {
            int drawn = random.below(Integer.MAX_VALUE, i);
            least = Math.min(least, drawn);
            most = Math.max(most, drawn);
        }

        assertTrue(least >= 0 && least < 1 << 21, "least " + least);
        assertTrue(most > Integer.MAX_VALUE - (1 << 21), "most " + most);
    }

    @Test
    void refusesABoundThatLeavesNothing() {
        CounterRandom random = new CounterRandom(0, 0);

        assertThrows(IllegalArgumentException.class, () -> random.below(0, 0));
    }
}

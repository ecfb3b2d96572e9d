package org.equipoise.training.health;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.junit.jupiter.api.Test;

/** Counts of two layers of two neurons, one image after the other. */
class ActivationStatisticsTest {
    private static ActivationStatistics statistics(int layer, float... values) {
        LayerLayout layout = LayerLayout.ofNeurons(values.length, 1, 1);
        float[] held = new float[Math.toIntExact(FloatTensor.floatsNeeded(layout, 1))];
        FloatTensor tensor = new FloatTensor(MemorySegment.ofArray(held), layout, 1);
        for (int c = 0; c < values.length; c++) {
            tensor.set(0, layout.index(0, c), values[c]);
        }
        ValueScan scan = new ValueScan();
        scan.reset();
        scan.addNeurons(tensor, 1);
        ActivationStatistics statistics = new ActivationStatistics(2);
        statistics.set(layer, scan);
        return statistics;
    }

    private static long[] numbers(ActivationStatistics statistics, int at) {
        long[] numbers = new long[at + statistics.size()];
        statistics.copyTo(numbers, at);
        return numbers;
    }

    @Test
    void aLayerThatWasNotLookedAtIsNotKnown() {
        ActivationStatistics statistics = statistics(2, 0.5f, 1f);
        assertFalse(statistics.known(1));
        assertTrue(statistics.known(2));
        assertFalse(statistics.silent(2));
        assertEquals(50, statistics.fullPercent(2));
        assertEquals(0, statistics.fullPercent(1));
        statistics.clear();
        assertFalse(statistics.known(2));
        assertTrue(statistics.silent(2));
        assertArrayEquals(new long[statistics.size()], numbers(statistics, 0));
    }

    @Test
    void countsOfSeveralImagesAddUp() {
        ActivationStatistics all = statistics(1, 1f, 1f);
        all.add(numbers(statistics(1, 0f, 0.25f), 3), 3);
        all.add(numbers(statistics(2, 0f, 0f), 0), 0);
        assertEquals(50, all.fullPercent(1));
        assertFalse(all.silent(1));
        assertTrue(all.known(2));
        assertTrue(all.silent(2));
        assertFalse(all.wild(1));
        assertFalse(all.wild(2));
    }

    @Test
    void theFirstWildValueIsKept() {
        ActivationStatistics all = statistics(1, 0f, 0.5f);
        all.add(numbers(statistics(1, Float.NaN, 0f), 1), 1);
        assertTrue(all.wild(1));
        assertTrue(Float.isNaN(all.firstWild(1)));
        all.add(numbers(statistics(1, 2e6f, 0f), 1), 1);
        assertTrue(Float.isNaN(all.firstWild(1)));
        all.add(numbers(statistics(2, 0f, -2e6f), 0), 0);
        assertTrue(all.wild(2));
        assertEquals(-2e6f, all.firstWild(2));
    }
}

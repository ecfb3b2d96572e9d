package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Counts of steps and of spikes. */
class CountsTest {
    private static final StepCount STEPS = new StepCount(30, 10, 5, 15);

    @Test
    void stepsAddUpAndAreToldSinceAnEarlierCount() {
        StepCount more = new StepCount(1, 2, 3, 4);
        assertEquals(new StepCount(31, 12, 8, 19), STEPS.plus(more));
        assertEquals(STEPS, STEPS.plus(more).since(more));
        assertEquals(STEPS, STEPS.plus(StepCount.NONE));
        assertArrayEquals(new long[] {30, 10, 5, 15}, STEPS.counts());
    }

    @Test
    void savedStepsAreAShareOfAll() {
        assertEquals(35, STEPS.taken());
        assertEquals(25, STEPS.saved());
        assertEquals(100 * 25 / 60.0, STEPS.savedPercent(), 1e-12);
        assertEquals(25, STEPS.freeSavedPercent(), 1e-12);
        assertEquals(75, STEPS.nudgeSavedPercent(), 1e-12);
        assertEquals(0, StepCount.NONE.savedPercent());
    }

    @Test
    void spikesAddUpLayerByLayer() {
        SpikeCounts one = new SpikeCounts(List.of(1L, 4L), List.of(10L, 8L));
        SpikeCounts other = new SpikeCounts(List.of(2L, 0L), List.of(20L, 8L));
        assertEquals(new SpikeCounts(List.of(3L, 4L), List.of(30L, 16L)), one.plus(other));
        assertArrayEquals(new double[] {0.1, 0.5}, one.rates());
        assertSame(one, one.plus(SpikeCounts.NONE));
        assertSame(one, SpikeCounts.NONE.plus(one));
        assertEquals(0, SpikeCounts.NONE.rates().length);
        assertThrows(IllegalArgumentException.class, () -> new SpikeCounts(List.of(1L), List.of()));
    }
}

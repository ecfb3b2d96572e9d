package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.equipoise.dynamics.StepCount;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final StepCount STEPS = new StepCount(5, 6, 70, 80);
    private static final Progress SOME = new Progress(2, 3, 4, 5.5, 16, 1000, 200, 9.5, 12.5);

    @Test
    void aBatchAddsWhatItCameTo() {
        assertEquals(
                new Progress(2, 4, 4 + 2, 5.5 + 0.25, 16 + 8, 1000 + 75, 200 + 86, 9.5 + 2, 12.5),
                SOME.afterBatch(2, 0.25, 8, STEPS, 2));
    }

    @Test
    void aTestAddsStepsAndTimeAlone() {
        assertEquals(new Progress(2, 3, 4, 5.5, 16, 1000 + 75, 200 + 86, 9.5 + 2, 12.5), SOME.afterTest(STEPS, 2));
    }

    @Test
    void anEpochBeginsItsCountsAnew() {
        assertEquals(new Progress(3, 0, 0, 0, 0, 1000, 200, 9.5, 7), SOME.nextEpoch(7));
    }

    @Test
    void sharesAndMeansAreThoseOfTheEpoch() {
        assertEquals(25, SOME.errorPercent());
        assertEquals(5.5 / 16, SOME.meanLoss());
        assertEquals(100.0 * 200 / 1200, SOME.stepsSavedPercent());
        assertEquals(100, Progress.START.errorPercent());
        assertEquals(0, Progress.START.meanLoss());
        assertEquals(0, Progress.START.stepsSavedPercent());
    }
}

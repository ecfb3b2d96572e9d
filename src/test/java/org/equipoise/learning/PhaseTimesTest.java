package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Phases are said to have begun so long ago that what a test itself takes does not show. */
class PhaseTimesTest {
    private static final long LONG = 1_000_000_000_000_000L;
    private static final double NEAR = 1e-3;

    private final PhaseTimes times = new PhaseTimes();

    private void add(LearningPhase phase, int times1000) {
        long start = System.nanoTime() - times1000 * LONG;
        long now = times.add(phase, start);
        assertTrue(now - start >= times1000 * LONG, "the time now is what the next phase begins at");
    }

    @Test
    void threadsShareWhatTheySettleAndNothingElse() {
        add(LearningPhase.FREE, 1);
        add(LearningPhase.FREE, 2);
        add(LearningPhase.POSITIVE_NUDGE, 3);
        add(LearningPhase.GRADIENT, 4);
        Map<LearningPhase, Double> alone = times.shares(1);
        assertEquals(Set.of(LearningPhase.FREE, LearningPhase.POSITIVE_NUDGE, LearningPhase.GRADIENT), alone.keySet());
        assertEquals(0.3, share(alone, LearningPhase.FREE), NEAR);
        assertEquals(0.3, share(alone, LearningPhase.POSITIVE_NUDGE), NEAR);
        assertEquals(0.4, share(alone, LearningPhase.GRADIENT), NEAR);
        Map<LearningPhase, Double> three = times.shares(3);
        assertEquals(1 / 6.0, share(three, LearningPhase.FREE), NEAR);
        assertEquals(4 / 6.0, share(three, LearningPhase.GRADIENT), NEAR);
        times.reset();
        assertEquals(Map.of(), times.shares(1));
    }

    private static double share(Map<LearningPhase, Double> shares, LearningPhase phase) {
        return shares.getOrDefault(phase, Double.NaN);
    }

    @Test
    void onlyGradientAndUpdateAreOfTheWholeBatchAtOnce() {
        Map<LearningPhase, Boolean> settling = new EnumMap<>(LearningPhase.class);
        for (LearningPhase phase : LearningPhase.values()) {
            settling.put(phase, phase.settling());
        }
        assertEquals(
                Map.of(
                        LearningPhase.FREE, true,
                        LearningPhase.POSITIVE_NUDGE, true,
                        LearningPhase.NEGATIVE_NUDGE, true,
                        LearningPhase.BACKWARD, true,
                        LearningPhase.GRADIENT, false,
                        LearningPhase.UPDATE, false),
                settling);
    }
}

package org.equipoise.learning;

import org.equipoise.config.Configuration;
import org.equipoise.config.PhaseSettings;
import org.equipoise.dynamics.Settling;

/**
 * Leaves images out of the phases after the free one whose free answer has its margin already, {@code phases.nudge-margin}. With a loss
 * that is zero beyond a margin nothing would pull them, so their contrast is exactly zero. Whether an image is left out depends on its
 * own answer alone.
 *
 * @param loss by which answers are compared with targets
 * @param margin from which on an image is learnt
 */
record LearntImages(Loss loss, float margin) {
    static LearntImages of(Configuration configuration) {
        return new LearntImages(
                Loss.of(configuration.network()), configuration.phases().nudgeMargin());
    }

    /** Leaves learnt images out, after the free phase of a tile whose outputs the batch holds. */
    void leaveOut(BatchStates states, Settling settling, int first, int count) {
        if (margin == PhaseSettings.NUDGE_ALL) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (loss.margin(states.output(), states.target(), first + i) >= margin) {
                settling.leaveOut(i);
            }
        }
    }

    /** Lets the images of a tile that were left out contribute nothing, once the batch holds what the tile has come to. */
    void cancel(BatchStates states, Settling settling, int first, int count) {
        for (int i = 0; i < count; i++) {
            if (settling.isLeftOut(i)) {
                states.cancel(first + i);
            }
        }
    }
}

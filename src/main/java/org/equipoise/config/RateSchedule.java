package org.equipoise.config;

import org.equipoise.error.BadInputException;

/** How learning rates change over a run. */
public sealed interface RateSchedule {
    /** They do not. */
    record Constant() implements RateSchedule {
        @Override
        public String toString() {
            return "constant";
        }
    }

    /**
     * Half a cosine from the full rate at the first update to zero after the last. It spans the epochs that the run is to have: a
     * run that is resumed for more epochs goes on with the rates of the longer run, which are higher than those it had come down to.
     */
    record Cosine() implements RateSchedule {
        @Override
        public String toString() {
            return "cosine";
        }
    }

    /**
     * Another factor at the end of every so many epochs, which does not depend on how many epochs the run is to have.
     *
     * @param every epochs between two steps
     * @param factor what the rates are multiplied by at each
     */
    record Step(int every, float factor) implements RateSchedule {
        /** Refuses steps that never come, and rates that would grow or vanish at once. */
        public Step {
            if (every < 1 || every > 1_000_000) {
                throw new BadInputException("learning.rate-schedule.every is " + every
                        + "; a whole number of epochs from 1 to 1000000 was expected.");
            }
            if (!(factor > 0f && factor <= 1f)) {
                throw new BadInputException(
                        "learning.rate-schedule.factor is " + factor + "; a number above 0 and up to 1 was expected.");
            }
        }

        @Override
        public String toString() {
            return "{kind: step, every: " + every + ", factor: " + factor + "}";
        }
    }

    /**
     * @param update the update, from 0
     * @param updatesPerEpoch how many there are in an epoch
     * @param epochs how many epochs the run is to have
     * @return the factor on every learning rate
     */
    default float factor(long update, long updatesPerEpoch, int epochs) {
        return switch (this) {
            case Constant constant -> 1f;
            case Cosine cosine ->
                (float) (0.5 * (1 + StrictMath.cos(Math.PI * update / Math.max(1, updatesPerEpoch * epochs))));
            case Step step -> {
                long epoch = update / updatesPerEpoch;
                long stepsTaken = epoch / step.every();
                yield (float) StrictMath.pow(step.factor(), (double) stepsTaken);
            }
        };
    }
}

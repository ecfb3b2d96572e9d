package org.equipoise.config;

import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * How long the network settles.
 *
 * @param free steps of the free phase
 * @param nudge steps of each nudge phase
 * @param beta nudging factor β
 * @param scheme which nudge phases there are
 * @param settle when an image has settled and stays as it is until its phase ends, or null to take every step
 */
public record PhaseSettings(
        int free,
        int nudge,
        float beta,
        Scheme scheme,
        @Nullable SettleCriterion settle) {
    private static final int MOST_STEPS = 1_000_000;

    /** Which phases an estimate of the gradient compares. */
    public enum Scheme {
        /** +β against −β: no bias of first order. */
        SYMMETRIC,
        /** +β against the free phase. */
        ONE_SIDED,
        /** +β or −β, drawn for each batch, against the free phase. */
        RANDOM_SIGN
    }

    /** Refuses phases without steps and a β that does not nudge. */
    public PhaseSettings {
        requireSteps("phases.free", free);
        requireSteps("phases.nudge", nudge);
        if (!(beta > 0f && beta <= 100f)) {
            throw new BadInputException("phases.beta is " + beta + "; a number above 0 and up to 100 was expected.");
        }
    }

    /**
     * Phases in which every image takes every step.
     *
     * @param free steps of the free phase
     * @param nudge steps of each nudge phase
     * @param beta nudging factor β
     * @param scheme which nudge phases there are
     */
    public PhaseSettings(int free, int nudge, float beta, Scheme scheme) {
        this(free, nudge, beta, scheme, null);
    }

    /** {@return the steps that Equilibrium Propagation on one image takes at most} */
    public int stepsPerExample() {
        return free + (scheme == Scheme.SYMMETRIC ? 2 : 1) * nudge;
    }

    private static void requireSteps(String key, int steps) {
        if (steps < 1 || steps > MOST_STEPS) {
            throw new BadInputException(
                    key + " is " + steps + "; a whole number from 1 to " + MOST_STEPS + " was expected.");
        }
    }
}

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
 * @param average over how many of its last steps a phase's activations are averaged, for what is learnt and what is answered; 1 for
 *     those of its last step alone
 * @param settle when an image has settled and stays as it is until its phase ends, or null to take every step
 */
public record PhaseSettings(
        int free,
        int nudge,
        float beta,
        Scheme scheme,
        int average,
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
        int most = Math.min(free, nudge);
        if (average < 1 || average > most) {
            throw new BadInputException("phases.average is " + average + "; a whole number from 1 to " + most
                    + ", the steps of the shortest phase, was expected.");
        }
        if (!(beta > 0f && beta <= 100f)) {
            throw new BadInputException("phases.beta is " + beta + "; a number above 0 and up to 100 was expected.");
        }
    }

    /**
     * Phases of which the last step counts.
     *
     * @param free steps of the free phase
     * @param nudge steps of each nudge phase
     * @param beta nudging factor β
     * @param scheme which nudge phases there are
     * @param settle when an image has settled and stays as it is until its phase ends, or null to take every step
     */
    public PhaseSettings(int free, int nudge, float beta, Scheme scheme, @Nullable SettleCriterion settle) {
        this(free, nudge, beta, scheme, 1, settle);
    }

    /**
     * Phases in which every image takes every step, and of which the last step counts.
     *
     * @param free steps of the free phase
     * @param nudge steps of each nudge phase
     * @param beta nudging factor β
     * @param scheme which nudge phases there are
     */
    public PhaseSettings(int free, int nudge, float beta, Scheme scheme) {
        this(free, nudge, beta, scheme, 1, null);
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

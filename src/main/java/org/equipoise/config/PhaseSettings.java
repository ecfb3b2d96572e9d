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
 * @param reference which free state a nudged one is compared with
 */
public record PhaseSettings(
        int free,
        int nudge,
        float beta,
        Scheme scheme,
        int average,
        @Nullable SettleCriterion settle,
        Reference reference) {
    private static final int MAX_STEPS = 1_000_000;

    /** Which phases an estimate of the gradient compares. */
    public enum Scheme {
        /** +β against −β: no bias of first order. */
        SYMMETRIC,
        /** +β against the free phase. */
        ONE_SIDED,
        /** +β or −β, drawn for each batch, against the free phase. */
        RANDOM_SIGN
    }

    /** Which state without nudging a nudged state is compared with, where one is. */
    public enum Reference {
        /** That at the end of the free phase, from which the nudged one started. */
        FREE_END,
        /**
         * That which the free phase would have come to by as many further steps as the nudge phase has. What moves without nudging, as
         * states that have not settled and spiking ones do, drops out of the comparison (O'Connor et al. 2019).
         */
        SAME_STEP
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
        if (scheme == Scheme.SYMMETRIC && reference == Reference.SAME_STEP) {
            throw new BadInputException(
                    "phases.against is same-step and phases.scheme is symmetric, which compares with no free state; scheme one-sided"
                            + " or random-sign was expected with it.");
        }
    }

    /**
     * Phases of which the last step counts, nudged ones being compared with the end of the free phase.
     *
     * @param free steps of the free phase
     * @param nudge steps of each nudge phase
     * @param beta nudging factor β
     * @param scheme which nudge phases there are
     * @param settle when an image has settled and stays as it is until its phase ends, or null to take every step
     */
    public PhaseSettings(int free, int nudge, float beta, Scheme scheme, @Nullable SettleCriterion settle) {
        this(free, nudge, beta, scheme, 1, settle, Reference.FREE_END);
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
        this(free, nudge, beta, scheme, 1, null, Reference.FREE_END);
    }

    /** {@return the steps that Equilibrium Propagation on one image takes at most} */
    public int stepsPerExample() {
        return free + (branches() ? 2 : 1) * nudge;
    }

    /** {@return whether two phases start from the end of the free phase: both nudge phases, or one and the free phase itself} */
    public boolean branches() {
        return scheme == Scheme.SYMMETRIC || reference == Reference.SAME_STEP;
    }

    private static void requireSteps(String key, int steps) {
        if (steps < 1 || steps > MAX_STEPS) {
            throw new BadInputException(
                    key + " is " + steps + "; a whole number from 1 to " + MAX_STEPS + " was expected.");
        }
    }
}

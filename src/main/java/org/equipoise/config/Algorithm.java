package org.equipoise.config;

import org.equipoise.error.BadInputException;
import org.equipoise.kernel.Surrogate;

/** How the gradient of the loss is come by. */
public sealed interface Algorithm {
    /** From the states that a network settles in without and with nudging, as {@link PhaseSettings} says. */
    record EquilibriumPropagation() implements Algorithm {}

    /**
     * As Equilibrium Propagation, but weights move in every step of the nudge phase by what that step changes (C-EP: Ernoult et al. 2020).
     */
    record ContinualEquilibriumPropagation() implements Algorithm {}

    /**
     * Changes that spikes trigger in each step of the nudge phase, measured by the change of firing rates (EqSpike: Martin et al. 2021).
     *
     * @param moves when weights take them on
     */
    record EqSpike(Moves moves) implements Algorithm {}

    /** When weights take on the changes that are found in the steps of a nudge phase. */
    enum Moves {
        /** In the step. */
        EVERY_STEP,
        /** At the end of the phase. */
        PHASE_END
    }

    /**
     * By walking the steps of the free phase back: back-propagation through time of the loss of its last state.
     *
     * @param truncate how many of the last steps are walked back at most, {@link #ALL} for every one
     * @param tape how the steps are remembered
     * @param surrogate what stands for the derivative of a spike
     * @param reset whether the gradient flows through the spike that is taken off the encoder's residue
     */
    record Backpropagation(int truncate, Tape tape, Surrogate surrogate, Reset reset) implements Algorithm {
        /** No truncation. */
        public static final int ALL = Integer.MAX_VALUE;

        private static final float WIDEST = 100f;

        /** Refuses a walk of no steps and a surrogate that is zero everywhere. */
        public Backpropagation {
            if (truncate < 1) {
                throw new BadInputException(
                        "learning.truncate is " + truncate + "; 'all' or a whole number above 0 was expected.");
            }
            switch (surrogate) {
                case Surrogate.Rectangular rectangular -> requireWidth(rectangular.width());
                case Surrogate.FastSigmoid sigmoid -> requireWidth(sigmoid.width());
                case Surrogate.Identity identity -> {}
            }
        }

        private static void requireWidth(float width) {
            if (!(width > 0f && width <= WIDEST)) {
                throw new BadInputException(
                        "learning.surrogate.width is " + width + "; a number above 0 and up to 100 was expected.");
            }
        }
    }

    /** What back-propagation keeps of the steps that it will walk back. */
    enum Tape {
        /** Each step. */
        FULL,
        /** The whole state now and then, from which the steps in between are computed again: memory grows with √T. */
        CHECKPOINTED
    }

    /** The spike that the encoder takes off its residue, {@code φ = p − q}, on the way back. */
    enum Reset {
        /** A function of p, whose derivative is the surrogate. */
        ATTACHED,
        /** A constant. */
        DETACHED
    }
}

package org.equipoise.config;

import static org.equipoise.config.Kinds.Kind.kind;

import org.equipoise.config.Kinds.Kind;
import org.equipoise.config.Kinds.Style;
import org.equipoise.kernel.Surrogate;

/** How the gradient of the loss is come by. */
public sealed interface Algorithm {
    /** The algorithms by name. */
    Kinds<Algorithm> KINDS = new Kinds<>(
            Style.WORD,
            kind("ep", EquilibriumPropagation.class),
            kind("continual-ep", ContinualEquilibriumPropagation.class),
            kind("eqspike", EqSpike.class, () -> EqSpike.SETTINGS),
            kind("bptt", Backpropagation.class, () -> Backpropagation.SETTINGS),
            kind("bp", FeedForwardBackpropagation.class));

    /** {@return whether an algorithm compares states with and without nudging} */
    static boolean nudges(Algorithm algorithm) {
        return !isBackpropagation(algorithm.getClass());
    }

    private static boolean isBackpropagation(Class<?> type) {
        return type == Backpropagation.class || type == FeedForwardBackpropagation.class;
    }

    /** From the states that a network settles in without and with nudging, as {@link PhaseSettings} says. */
    record EquilibriumPropagation() implements Algorithm {}

    /**
     * As Equilibrium Propagation, but weights move in every step of the nudge phase by what that step changes (C-EP: Ernoult et al. 2020).
     */
    record ContinualEquilibriumPropagation() implements Algorithm {}

    /**
     * Changes that spikes trigger in each step of the nudge phase, measured by the change of firing rates (EqSpike: Martin et al. 2021).
     */
    record EqSpike(UpdateTime updateTime) implements Algorithm {
        static final SettingsTable<EqSpike> SETTINGS = SettingsTable.line(EqSpike.class, "learning", """
                weights-move = updateTime | phase-end | | when weights take on the changes that are found in the steps of a nudge phase""");
    }

    /** When weights take on the changes that are found in the steps of a nudge phase. */
    enum UpdateTime {
        /** In the step. */
        EVERY_STEP,
        /** At the end of the phase. */
        PHASE_END
    }

    /** By walking the steps of the free phase back: back-propagation through time of the loss of its last state. */
    record Backpropagation(int truncate, Tape tape, Surrogate surrogate, Reset reset) implements Algorithm {
        /** No truncation. */
        public static final int ALL = Integer.MAX_VALUE;

        private static final String WIDTH =
                "width | 0.5 | a number above 0 and up to 100 | distance from the threshold within which a spike has a derivative";

        private static final Kinds<Surrogate> SURROGATES = new Kinds<>(
                Style.MAPPING,
                surrogate("rectangular", Surrogate.Rectangular.class, WIDTH),
                surrogate("fast-sigmoid", Surrogate.FastSigmoid.class, WIDTH),
                surrogate("identity", Surrogate.Identity.class, "(width) | | a number |"));

        static final SettingsTable<Backpropagation> SETTINGS = SettingsTable.line(
                        Backpropagation.class, "learning", """
                truncate | all | 'all' or a whole number above 0 | how many of the last steps are walked back at most
                tape | full | | whether every step is kept, or some from which those in between are computed again
                surrogate | {kind: rectangular} | | what stands for the derivative of a spike
                reset | attached | | whether the gradient flows through the spike that is taken off the encoder's residue""")
                .form("truncate", Form.wordOr("all", ALL, Form.WHOLE))
                .form("surrogate", SURROGATES.form());

        /** All steps, each on the tape. */
        public static final Backpropagation USUAL = SETTINGS.usual();

        /** Refuses a walk of no steps and a surrogate that is zero everywhere. */
        public Backpropagation {
            SETTINGS.check(truncate, tape, surrogate, reset);
            SURROGATES.of(surrogate).settings().check((Record) surrogate);
        }

        private static Kind surrogate(String word, Class<? extends Record> type, String lines) {
            return kind(word, type, () -> SettingsTable.line(type, "learning.surrogate", lines));
        }
    }

    /**
     * Ordinary back-propagation in a network without feedback: each layer takes what the one below has come to, {@code s_l = ρ(W s_(l-1) +
     * b)}, in one pass, and the loss is walked back through it. It is what Equilibrium Propagation of rate neurons comes to with less and
     * less feedback and β, and back-propagation through as many steps as there are layers.
     */
    record FeedForwardBackpropagation() implements Algorithm {}

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

    /** {@return whether a document learns by back-propagation, which does not nudge} */
    static boolean isBackpropagation(SettingReader whole) {
        return isBackpropagation(
                KINDS.chosen(whole.section("learning").section("algorithm")).type());
    }
}

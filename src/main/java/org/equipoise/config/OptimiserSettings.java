package org.equipoise.config;

import static org.equipoise.config.Kinds.Kind.kind;

import org.equipoise.config.Kinds.Style;

/** How an optimiser turns gradients into changes of the parameters. */
public sealed interface OptimiserSettings {
    /** The optimisers by name. */
    Kinds<OptimiserSettings> KINDS = new Kinds<>(
            Style.WORD_OR_MAPPING,
            kind("sgd", Sgd.class, () -> Sgd.SETTINGS),
            kind("adam", Adam.class, () -> Adam.SETTINGS));

    /** Stochastic gradient descent. */
    record Sgd(float momentum, boolean nesterov) implements OptimiserSettings {
        static final SettingsTable<Sgd> SETTINGS = SettingsTable.line(Sgd.class, "learning", """
                momentum | 0.0 | a number from 0 up to but not including 1 | μ, what a step keeps of the one before
                nesterov | false | | whether momentum is of Nesterov's form, one step ahead (Sutskever et al. 2013), in place of the heavy ball's""");

        /** The heavy ball's momentum. */
        public Sgd(float momentum) {
            this(momentum, false);
        }

        /** Refuses a momentum that would gather without end. */
        public Sgd {
            SETTINGS.check(momentum, nesterov);
        }
    }

    /** Adam (Kingma and Ba 2015): steps of about the learning rate, whatever the size of the gradient. */
    record Adam(float beta1, float beta2, float epsilon) implements OptimiserSettings {
        static final SettingsTable<Adam> SETTINGS = SettingsTable.line(Adam.class, "learning.optimizer", """
                beta1 | 0.9 | a number from 0 up to but not including 1 | β₁, what the running mean of the gradient keeps in an update
                beta2 | 0.999 | a number from 0 up to but not including 1 | β₂, what the running mean of its square keeps
                epsilon | 1.0E-8 | a number above 0 and up to 1 | ε, added to the root of the latter""");

        /** The constants of the paper. */
        public static final Adam DEFAULT = SETTINGS.usual();

        /** Refuses means that never move and a division by zero. */
        public Adam {
            SETTINGS.check(beta1, beta2, epsilon);
        }
    }
}

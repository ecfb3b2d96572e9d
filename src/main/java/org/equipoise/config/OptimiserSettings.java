package org.equipoise.config;

import org.equipoise.error.BadInputException;

/** How an optimiser turns gradients into changes of the parameters. */
public sealed interface OptimiserSettings {
    /**
     * Stochastic gradient descent.
     *
     * @param momentum μ, 0 for none
     */
    record Sgd(float momentum) implements OptimiserSettings {
        /** Refuses a momentum that would gather without end. */
        public Sgd {
            requireFraction("learning.momentum", momentum);
        }
    }

    /**
     * Adam (Kingma and Ba 2015): steps of about the learning rate, whatever the size of the gradient.
     *
     * @param beta1 β₁, what the running mean of the gradient keeps in an update
     * @param beta2 β₂, what the running mean of its square keeps
     * @param epsilon ε, added to the root of the latter
     */
    record Adam(float beta1, float beta2, float epsilon) implements OptimiserSettings {
        /** The constants of the paper. */
        public static final Adam DEFAULT = new Adam(0.9f, 0.999f, 1e-8f);

        /** Refuses means that never move and a division by zero. */
        public Adam {
            requireFraction("learning.optimizer.beta1", beta1);
            requireFraction("learning.optimizer.beta2", beta2);
            if (!(epsilon > 0f && epsilon <= 1f)) {
                throw new BadInputException(
                        "learning.optimizer.epsilon is " + epsilon + "; a number above 0 and up to 1 was expected.");
            }
        }
    }

    private static void requireFraction(String key, float value) {
        if (!(value >= 0f && value < 1f)) {
            throw new BadInputException(
                    key + " is " + value + "; a number from 0 up to but not including 1 was expected.");
        }
    }
}

package org.equipoise.config;

import java.util.List;
import org.equipoise.error.BadInputException;

/**
 * How weights change: Equilibrium Propagation of half the squared error, by stochastic gradient descent.
 *
 * @param rates learning rate of each layer's incoming weights and biases, from the image to the output
 * @param momentum μ of stochastic gradient descent, 0 for none
 * @param decay weight decay, 0 for none
 * @param rateSchedule how the rates change over a run
 */
public record LearningSettings(List<Float> rates, float momentum, float decay, RateSchedule rateSchedule) {
    /** How learning rates change over the epochs of a run. */
    public enum RateSchedule {
        /** They do not. */
        CONSTANT,
        /** Half a cosine from the full rate at the first update to zero after the last. */
        COSINE
    }

    /** Copies the list and refuses numbers with which nothing is learnt. */
    public LearningSettings {
        rates = List.copyOf(rates);
        for (float rate : rates) {
            if (!(rate >= 0f && rate <= 1000f)) {
                throw new BadInputException("learning.rates holds " + rate + "; numbers from 0 to 1000 were expected.");
            }
        }
        if (!(momentum >= 0f && momentum < 1f)) {
            throw new BadInputException(
                    "learning.momentum is " + momentum + "; a number from 0 up to but not including 1 was expected.");
        }
        if (!(decay >= 0f && decay < 1f)) {
            throw new BadInputException(
                    "learning.decay is " + decay + "; a number from 0 up to but not including 1 was expected.");
        }
    }

    /**
     * @param update the update, from 0
     * @param updates how many there are in the run
     * @return the factor on every learning rate
     */
    public float rateFactor(long update, long updates) {
        return switch (rateSchedule) {
            case CONSTANT -> 1f;
            case COSINE -> (float) (0.5 * (1 + StrictMath.cos(Math.PI * update / Math.max(1, updates))));
        };
    }
}

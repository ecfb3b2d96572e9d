package org.equipoise.config;

import java.util.List;
import org.equipoise.error.BadInputException;

/**
 * How weights change. Which loss they descend follows from {@link NetworkSettings#readout()}.
 *
 * @param rates learning rate of each layer's incoming weights and biases, from the image to the output
 * @param optimiser how gradients become changes
 * @param decay weight decay, part of the gradient; 0 for none
 * @param rateSchedule how the rates change over a run
 * @param algorithm how the gradient is come by
 */
public record LearningSettings(
        List<Float> rates, OptimiserSettings optimiser, float decay, RateSchedule rateSchedule, Algorithm algorithm) {
    /**
     * Learning by Equilibrium Propagation.
     *
     * @param rates learning rate of each layer's incoming weights and biases, from the image to the output
     * @param optimiser how gradients become changes
     * @param decay weight decay, part of the gradient; 0 for none
     * @param rateSchedule how the rates change over a run
     */
    public LearningSettings(List<Float> rates, OptimiserSettings optimiser, float decay, RateSchedule rateSchedule) {
        this(rates, optimiser, decay, rateSchedule, new Algorithm.EquilibriumPropagation());
    }

    /** Copies the list and refuses numbers with which nothing is learnt. */
    public LearningSettings {
        rates = List.copyOf(rates);
        for (float rate : rates) {
            if (!(rate >= 0f && rate <= 1000f)) {
                throw new BadInputException("learning.rates holds " + rate + "; numbers from 0 to 1000 were expected.");
            }
        }
        if (!(decay >= 0f && decay < 1f)) {
            throw new BadInputException(
                    "learning.decay is " + decay + "; a number from 0 up to but not including 1 was expected.");
        }
    }
}

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
 * @param weightAverage how much of it a running mean of the parameters keeps at an update, the mean being what is tested and kept as
 *     the model; 0 for the parameters themselves
 */
public record LearningSettings(
        List<Float> rates,
        OptimiserSettings optimiser,
        float decay,
        RateSchedule rateSchedule,
        Algorithm algorithm,
        float weightAverage) {
    /**
     * Learning of which the last parameters are the model.
     *
     * @param rates learning rate of each layer's incoming weights and biases, from the image to the output
     * @param optimiser how gradients become changes
     * @param decay weight decay, part of the gradient; 0 for none
     * @param rateSchedule how the rates change over a run
     * @param algorithm how the gradient is come by
     */
    public LearningSettings(
            List<Float> rates,
            OptimiserSettings optimiser,
            float decay,
            RateSchedule rateSchedule,
            Algorithm algorithm) {
        this(rates, optimiser, decay, rateSchedule, algorithm, 0f);
    }

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
        if (!(weightAverage >= 0f && weightAverage < 1f)) {
            throw new BadInputException("learning.weight-average is " + weightAverage
                    + "; a number from 0 up to but not including 1 was expected.");
        }
    }
}

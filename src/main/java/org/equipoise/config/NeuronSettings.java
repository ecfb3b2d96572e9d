package org.equipoise.config;

import org.equipoise.error.BadInputException;
import org.equipoise.kernel.Activation;

/** What one neuron does in a step. */
public sealed interface NeuronSettings {
    /**
     * Spiking: a Sigma-Delta quantiser with a predictive encoder and decoder (O'Connor et al. 2019).
     *
     * @param epsilon step size ε of the activation
     * @param lambda weight λ of the newest value in encoder and decoder
     * @param threshold potential θ above which a neuron fires
     */
    record SigmaDelta(Schedule epsilon, Schedule lambda, float threshold) implements NeuronSettings {
        /** Refuses thresholds that a silent neuron would pass. */
        public SigmaDelta {
            if (!(threshold > 0f && threshold < 1f)) {
                throw new BadInputException(
                        "neuron.threshold is " + threshold + "; a number between 0 and 1 was expected.");
            }
        }
    }

    /**
     * Not spiking: the convergent RNN.
     *
     * @param epsilon step size ε, 1 for the discrete-time form
     * @param activation ρ
     */
    record Rate(Schedule epsilon, Activation activation) implements NeuronSettings {}

    /** {@return the step size ε} */
    Schedule epsilon();
}

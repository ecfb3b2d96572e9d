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
     * @param nudging where nudging enters the step of the output
     */
    record Rate(Schedule epsilon, Activation activation, Nudging nudging) implements NeuronSettings {
        /**
         * Neurons whose drive is nudged.
         *
         * @param epsilon step size ε
         * @param activation ρ
         */
        public Rate(Schedule epsilon, Activation activation) {
            this(epsilon, activation, Nudging.INSIDE);
        }
    }

    /** Where the nudge {@code n = −β ∂L/∂s} enters the step of rate neurons. */
    enum Nudging {
        /** The drive, and so ρ: {@code s' = s + ε (ρ(u + b + n) − s)} (Laborieux et al. 2021). */
        INSIDE,
        /** What comes out of ρ: {@code s' = s + ε (ρ(u + b) + n − s)} (Ernoult et al. 2019, 2020), which may leave [0, 1]. */
        OUTSIDE
    }

    /**
     * Spiking: leaky integrate-and-fire with a reset by subtraction, and firing rates read from the spikes by low-pass filters, after
     * EqSpike (Martin et al. 2021).
     *
     * @param leak γ, what a membrane loses of its potential in a step
     * @param threshold potential θ above which a neuron fires
     * @param filter κ, the weight of the newest value in the filters
     */
    record Lif(float leak, float threshold, float filter) implements NeuronSettings {
        /** What a configuration that does not say has. */
        static final Lif DEFAULT = new Lif(0f, 1f, 0.1f);

        /** Refuses membranes that keep nothing, thresholds that rest passes and filters that never move. */
        public Lif {
            if (!(leak >= 0f && leak < 1f)) {
                throw new BadInputException(
                        "neuron.leak is " + leak + "; a number from 0 up to but not including 1 was expected.");
            }
            if (!(threshold > 0f && threshold <= 100f)) {
                throw new BadInputException(
                        "neuron.threshold is " + threshold + "; a number above 0 and up to 100 was expected.");
            }
            if (!(filter > 0f && filter <= 1f)) {
                throw new BadInputException(
                        "neuron.filter is " + filter + "; a number above 0 and up to 1 was expected.");
            }
        }
    }
}

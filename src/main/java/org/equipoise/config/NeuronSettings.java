package org.equipoise.config;

import static org.equipoise.config.Kinds.Kind.kind;

import org.equipoise.config.Kinds.Style;
import org.equipoise.kernel.Activation;

/** What one neuron does in a step. */
public sealed interface NeuronSettings {
    /** The kinds of neurons by name. */
    Kinds<NeuronSettings> KINDS = new Kinds<>(
            Style.MAPPING,
            kind("sigma-delta", SigmaDelta.class, () -> SigmaDelta.SETTINGS),
            kind("rate", Rate.class, () -> Rate.SETTINGS),
            kind("lif", Lif.class, () -> Lif.SETTINGS));

    /** Spiking: a Sigma-Delta quantiser with a predictive encoder and decoder (O'Connor et al. 2019). */
    record SigmaDelta(Schedule epsilon, Schedule lambda, float threshold, ImageCoding image) implements NeuronSettings {
        // What a file leaves out is what the paper uses for MNIST (arXiv 2405.02546, Table I).
        static final SettingsTable<SigmaDelta> SETTINGS = SettingsTable.line(SigmaDelta.class, "neuron", """
                epsilon | 0.1, needed | | ε, step size of the activation
                lambda | 0.6, needed | | λ, weight of the newest value in encoder and decoder
                threshold | 0.5 | a number between 0 and 1 | θ, potential above which a neuron fires
                image | spikes | | how the clamped image reaches the first layer: encoded as spikes, or as the current that its values make, which is the same in every step""")
                .form("epsilon", Schedule.FORM)
                .form("lambda", Schedule.FORM);

        /** Neurons that see the image as spikes. */
        public SigmaDelta(Schedule epsilon, Schedule lambda, float threshold) {
            this(epsilon, lambda, threshold, ImageCoding.SPIKES);
        }

        /** Refuses thresholds that a silent neuron would pass. */
        public SigmaDelta {
            SETTINGS.check(epsilon, lambda, threshold, image);
        }
    }

    /** How the clamped image reaches the first layer. */
    enum ImageCoding {
        /** As spikes of neurons that encode it. */
        SPIKES,
        /** As the current {@code W x} itself, without the noise of spikes. */
        CURRENT
    }

    /** Not spiking: the convergent RNN. */
    record Rate(Schedule epsilon, Activation activation, Nudging nudging) implements NeuronSettings {
        static final SettingsTable<Rate> SETTINGS =
                SettingsTable.line(Rate.class, "neuron", """
                epsilon | 1.0 | | ε, step size of the activation; 1 for the discrete-time form
                activation | clip | | ρ
                nudge = nudging | inside | | whether the drive of an output neuron is nudged, or what comes out of ρ
                (lambda) | | |
                (threshold) | | |
                (image) | | |""").form("epsilon", Schedule.FORM);

        /** Neurons whose drive is nudged. */
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
     */
    record Lif(float leak, float threshold, float filter) implements NeuronSettings {
        static final SettingsTable<Lif> SETTINGS = SettingsTable.line(Lif.class, "neuron", """
                leak | 0.0 | a number from 0 up to but not including 1 | γ, what a membrane loses of its potential in a step
                threshold | 1.0 | a number above 0 and up to 100 | θ, potential above which a neuron fires
                filter | 0.1 | a number above 0 and up to 1 | κ, weight of the newest value in the filters that read firing rates""");

        /** Refuses membranes that keep nothing, thresholds that rest passes and filters that never move. */
        public Lif {
            SETTINGS.check(leak, threshold, filter);
        }
    }
}

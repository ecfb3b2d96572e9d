package org.equipoise.experiment.reproduce;

import org.equipoise.config.Configuration;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.Pooling;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.Activation;

/** The three networks whose routes the paper compares, and one of our own, all made from one spiking network. */
public enum NetworkVariant {
    /** Neurons without spikes of the same step size, that clip, and maximum pooling. */
    RATE_MAXIMUM("rate-max", "without spikes, maximum"),
    /** Spikes and maximum pooling. */
    SPIKING_MAXIMUM("spiking-max", "spikes, maximum"),
    /** Spikes and maximum pooling, whose winners are those of the activations and not of single spikes. */
    SPIKING_DECODED("spiking-max-decoded", "spikes, maximum, decoded winners"),
    /** Spikes and average pooling. */
    SPIKING_AVERAGE("spiking-avg", "spikes, average");

    private final String word;
    private final String title;

    NetworkVariant(String word, String title) {
        this.word = word;
        this.title = title;
    }

    /** {@return its name in tables and folders} */
    public String word() {
        return word;
    }

    /** {@return its name over figures} */
    String title() {
        return title;
    }

    /**
     * @throws BadInputException if it does not spike, or no layer of it pools
     */
    public Configuration of(Configuration spiking) {
        if (!(spiking.neuron() instanceof NeuronSettings.SigmaDelta neuron)) {
            throw new BadInputException(
                    "neuron.kind is not sigma-delta; a spiking network was expected, to be compared with its counterpart without"
                            + " spikes.");
        }
        if (spiking.network().firstWindow() == 1) {
            throw new BadInputException(
                    "network.layers pool nowhere; a layer with pool: avg2, or the like, was expected.");
        }
        NetworkSettings network = spiking.network()
                .pooledBy(
                        switch (this) {
                            case SPIKING_AVERAGE -> Pooling.Average::new;
                            case SPIKING_DECODED -> window -> new Pooling.Maximum(window, Pooling.Winners.DECODED);
                            case RATE_MAXIMUM, SPIKING_MAXIMUM -> Pooling.Maximum::new;
                        });
        NeuronSettings neurons =
                this == RATE_MAXIMUM ? new NeuronSettings.Rate(neuron.epsilon(), Activation.CLIP) : neuron;
        return new Configuration(network, neurons, spiking.phases(), spiking.learning(), spiking.training());
    }
}

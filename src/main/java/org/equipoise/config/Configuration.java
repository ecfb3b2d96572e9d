package org.equipoise.config;

import org.equipoise.error.BadInputException;

/**
 * Everything that decides what a run computes.
 *
 * @param network layers and how they connect
 * @param neuron what one neuron does in a step
 * @param phases how long the network settles, and how it is nudged
 * @param learning how weights change
 * @param training batches, epochs and the seed
 */
public record Configuration(
        NetworkSettings network,
        NeuronSettings neuron,
        PhaseSettings phases,
        LearningSettings learning,
        TrainingSettings training) {

    /** Refuses settings that do not fit each other. */
    public Configuration {
        int layers = network.layers().size();
        if (learning.rates().size() != layers) {
            throw new BadInputException("learning.rates has " + learning.rates().size()
                    + " values but network.layers has " + layers + " layers; one rate a layer was expected.");
        }
    }
    /**
     * @param batch images an update is averaged over
     * @return the same with batches of another size
     */
    public Configuration withBatch(int batch) {
        TrainingSettings other = new TrainingSettings(batch, training.epochs(), training.seed());
        return new Configuration(network, neuron, phases, learning, other);
    }
}

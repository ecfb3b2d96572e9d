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
        if (learning.algorithm() instanceof Algorithm.Backpropagation) {
            requireEveryStep(phases);
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

    /** The tape holds every step of every image. */
    private static void requireEveryStep(PhaseSettings phases) {
        if (phases.settle() != null) {
            throw new BadInputException(
                    "learning.algorithm is bptt and phases.settle ends phases early; settle: off was expected with it.");
        }
        if (phases.average() != 1) {
            throw new BadInputException(
                    "learning.algorithm is bptt, which descends the loss of the last step, and phases.average" + " is "
                            + phases.average() + "; 1 was expected with it.");
        }
    }

    /** {@return the steps forward that learning from one image takes at most} */
    public int stepsPerExample() {
        return switch (learning.algorithm()) {
            case Algorithm.EquilibriumPropagation ep -> phases.stepsPerExample();
            case Algorithm.Backpropagation bptt -> phases.free();
        };
    }

    /** {@return the steps of each nudge phase that learning takes} */
    public int nudgeSteps() {
        return switch (learning.algorithm()) {
            case Algorithm.EquilibriumPropagation ep -> phases.nudge();
            case Algorithm.Backpropagation bptt -> 0;
        };
    }
}

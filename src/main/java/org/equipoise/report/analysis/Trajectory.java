package org.equipoise.report.analysis;

import java.util.List;

/**
 * How a network settles on one image: the free phase and after it the nudge phase with +β.
 *
 * @param answer the class that the output says at the end of the free phase
 * @param logits whether the output is logits of a readout, and not activations
 * @param outputs the output after each step, (steps, classes)
 * @param layers each layer from the image on; the image has spikes alone
 */
public record Trajectory(
        int image,
        int label,
        int answer,
        int freeSteps,
        int nudgeSteps,
        boolean logits,
        List<float[]> outputs,
        List<Layer> layers) {
    /**
     * One layer.
     *
     * @param meanState mean over its neurons of s after each step; empty for the image
     * @param meanChange mean over its neurons of |Δs| in each step; empty for the image
     * @param spikes whether some of its neurons, spread evenly, fired in each step, (neurons, steps); empty without spikes
     * @param freeRate spikes a neuron and step in the free phase, over all its neurons
     * @param nudgeRate the same in the nudge phase
     */
    public record Layer(
            String name,
            List<Double> meanState,
            List<Double> meanChange,
            List<boolean[]> spikes,
            double freeRate,
            double nudgeRate) {}

    /** {@return the steps of both phases} */
    public int steps() {
        return freeSteps + nudgeSteps;
    }

    /** {@return the layers of neurons} */
    public List<Layer> hidden() {
        return layers.subList(1, layers.size());
    }

    /** {@return whether its neurons spike} */
    public boolean spiking() {
        return layers.stream().anyMatch(layer -> !layer.spikes().isEmpty());
    }
}

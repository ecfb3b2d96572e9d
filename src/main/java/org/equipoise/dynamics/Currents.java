package org.equipoise.dynamics;

import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.StateMean;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/** Sums what the layers of a tile receive in a step, from what they sent in the step before and the image in this one. */
sealed interface Currents permits DenseCurrents, SpikeCurrents {
    /** What is done with a layer's current. */
    @FunctionalInterface
    interface LayerStep {
        /**
         * @param layer which layer, from 1
         * @param current its current
         * @param first first image
         * @param end one more than the last image
         */
        void run(int layer, FloatTensor current, int first, int end);
    }

    /**
     * @param neurons what sends
     * @param tensors where the memory comes from
     * @param parameters the network's weights, read only
     * @param kernels the arithmetic
     * @return sums of spikes, or of activations
     */
    static Currents of(Neurons neurons, TileTensors tensors, Parameters parameters, Kernels kernels) {
        return neurons.spikes(0) == null
                ? new DenseCurrents(neurons, tensors, parameters, kernels)
                : new SpikeCurrents(neurons, tensors, parameters, kernels);
    }

    /** Other images are clamped, or weights have changed: nothing that was summed before holds any longer. */
    void invalidate(int images);

    /** The state has been saved or gone back to, which is a place to sum afresh. */
    void startPhase(int images);

    /** A step of the free phase counts in the mean from which errors are amplified. */
    void countFree(StateMean mean, int images);

    /** From now on until {@link #invalidate} errors are amplified, and winners stay as they are, where that is to be. */
    void startNudging(int images);

    /**
     * Sums the currents of the first images and steps each layer with its own.
     *
     * @param time t of the step, from 1
     * @param images how many images
     * @param layers called once for each image of each layer, when no other layer needs what that layer has sent
     */
    void step(int time, int images, LayerStep layers);

    /**
     * Does what {@link Settling#winners} says.
     *
     * @param layer which layer, from 1
     * @param images how many images, from the first
     * @return the winners at the present activations, until the next step
     */
    @Nullable
    SpikeTensor winners(int layer, int images);
}

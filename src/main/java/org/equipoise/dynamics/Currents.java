package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.StateMean;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/** Sums what the layers of a tile receive in a step, from what they sent in the step before and the image in this one. */
abstract sealed class Currents permits DenseCurrents, SpikeCurrents {
    final Neurons neurons;
    /** Each connection as it carries activations. */
    final List<DenseRoute> routes = new ArrayList<>();
    /** Of each layer of neurons, with room for the images whose step is under way together. */
    final List<FloatTensor> currents = new ArrayList<>();
    /** The free state that nudge phases count deviations from, null where errors are not amplified. */
    private final @Nullable FreeState free;

    private boolean nudging;

    Currents(Neurons neurons, TileTensors tensors, Parameters parameters) {
        this.neurons = neurons;
        this.free = FreeState.in(neurons, tensors, parameters);
    }

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
    final void invalidate(int images) {
        nudging = false;
        sumImage(images);
    }

    /** Sums afresh what the image sends. */
    abstract void sumImage(int images);

    /** The state has been saved or gone back to, which is a place to sum afresh. */
    abstract void startPhase(int images);

    /** A step of the free phase counts in the mean from which errors are amplified. */
    final void countFree(StateMean mean, int images) {
        if (free != null) {
            free.include(mean, images);
        }
    }

    /** From now on until {@link #invalidate} errors are amplified, and winners stay as they are, where that is to be. */
    final void startNudging(int images) {
        if (nudging) {
            return;
        }
        if (free == null) {
            noteHeldWinners(images);
            nudging = true;
        } else {
            nudging = true;
            amplify(free, images);
        }
    }

    /** Notes the winners that connections will hold where errors are not amplified. */
    abstract void noteHeldWinners(int images);

    /** Sums what layers receive beside what is sent by other gains from now on, and notes all winners. */
    abstract void amplify(FreeState start, int images);

    /** {@return the free state while errors are amplified, else null} */
    final @Nullable FreeState amplified() {
        return nudging ? free : null;
    }

    /** {@return whether the winners of a connection, from 0, stay as they are} */
    final boolean holdsWinners(int connection) {
        return amplified() != null || nudging && routes.get(connection).holdsWinners();
    }

    /**
     * Sums the currents of the first images and steps each layer with its own.
     *
     * @param time t of the step, from 1
     * @param images how many images
     * @param layers called once for each image of each layer, when no other layer needs what that layer has sent
     */
    abstract void step(int time, int images, LayerStep layers);

    /**
     * Does what {@link Settling#winners} says.
     *
     * @param layer which layer, from 1
     * @param images how many images, from the first
     * @return the winners at the present activations, until the next step
     */
    final @Nullable SpikeTensor winners(int layer, int images) {
        DenseRoute route = routes.get(layer - 1);
        return holdsWinners(layer - 1)
                ? route.winners()
                : route.winners(neurons.activations(layer - 1), currents.get(layer - 1), images);
    }
}

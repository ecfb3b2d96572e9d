package org.equipoise.dynamics;

import java.util.Map;
import org.equipoise.config.NeuronSettings;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * A kind of neurons: what state they have in a tile, what they send, and how a step moves them. {@link Settling} does the rest.
 *
 * <p>Layer 0 is the image.
 */
interface Neurons {
    /**
     * @param settings which neurons
     * @param tensors where their state is kept
     * @param parameters the network's weights, read only
     * @param kernels the arithmetic
     * @return neurons of that kind
     */
    static Neurons of(NeuronSettings settings, TileTensors tensors, Parameters parameters, Kernels kernels) {
        return switch (settings) {
            case NeuronSettings.SigmaDelta spiking -> new SigmaDeltaNeurons(spiking, tensors, parameters, kernels);
            case NeuronSettings.Rate rate -> new RateNeurons(rate, tensors, parameters, kernels);
            case NeuronSettings.Lif leaky -> new LeakyNeurons(leaky, tensors, parameters, kernels);
        };
    }

    /** Sets what does not start at zero, once all state is zero and the images are clamped. */
    default void begin(int images) {}

    /**
     * Starts a step: the image sends.
     *
     * @param time t of the step, from 1
     * @param images how many images, from the first
     */
    default void startStep(int time, int images) {}

    /**
     * Moves a layer on by the step that has been started.
     *
     * @param layer which, from 1
     * @param current what it has received in this step
     * @param nudge what is added to its drive, or null
     * @param first first image, 0 for neurons that do not spike
     * @param end one more than the last image
     */
    void step(int layer, FloatTensor current, @Nullable Nudge nudge, int first, int end);

    /** {@return s, what is read, nudged and learnt from: of layer 0 the clamped images} */
    FloatTensor activations(int layer);

    /** {@return the spikes that a layer sent last, or null for neurons that send their activations} */
    default @Nullable SpikeTensor spikes(int layer) {
        return null;
    }

    /** {@return whether what the image sends is the same in every step: its values, and not spikes} */
    default boolean sendsImageAsCurrent() {
        return spikes(0) == null;
    }

    /** {@return which neurons will rather fire than not, or null where nothing is foretold} */
    default @Nullable SpikeTensor expected(int layer) {
        return null;
    }

    /** {@return what {@link Settling#variables} shows} */
    Map<String, LayerTensor> variables(int layer);

    /** Does what {@link Settling#spikesAndChanges} says, for neurons that can. */
    default void spikesAndChanges(int layer, FloatTensor sum, FloatTensor difference, int first, int count) {
        throw new IllegalStateException("Neurons without spikes cannot learn from them");
    }
}

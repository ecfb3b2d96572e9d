package org.equipoise.config;

import java.util.List;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * Layers of a network, from the image to the output.
 *
 * @param input shape of the clamped image
 * @param layers hidden layers and the output, which is the last and linear
 * @param upsampling gain of the inverse of average pooling
 * @param readout whether the last layer consists of neurons
 * @param normalisation how pixels become the values an image is clamped to, or null where they are those values
 */
public record NetworkSettings(
        ImageShape input,
        List<LayerSettings> layers,
        Upsampling upsampling,
        Readout readout,
        @Nullable Normalisation normalisation) {
    /** What the last layer is, and with it what is learnt. */
    public enum Readout {
        /** Neurons like all others, which are pulled towards the target: half the squared error. */
        STATE,
        /**
         * No neurons: weights and biases outside the dynamics that map the activations of the layer before to logits, the inputs of a
         * softmax. The layer before is pulled along the gradient of the cross-entropy (Laborieux et al. 2021).
         */
        SOFTMAX
    }

    /**
     * A network whose last layer consists of neurons.
     *
     * @param input shape of the clamped image
     * @param layers hidden layers and the output, which is the last and linear
     * @param upsampling gain of the inverse of average pooling
     */
    public NetworkSettings(ImageShape input, List<LayerSettings> layers, Upsampling upsampling) {
        this(input, layers, upsampling, Readout.STATE);
    }

    /**
     * A network that sees pixels as they are.
     *
     * @param input shape of the clamped image
     * @param layers hidden layers and the output, which is the last and linear
     * @param upsampling gain of the inverse of average pooling
     * @param readout whether the last layer consists of neurons
     */
    public NetworkSettings(ImageShape input, List<LayerSettings> layers, Upsampling upsampling, Readout readout) {
        this(input, layers, upsampling, readout, null);
    }

    /** Copies the list and refuses an order of layers that no network has. */
    public NetworkSettings {
        layers = List.copyOf(layers);
        if (layers.isEmpty() || !(layers.getLast() instanceof LayerSettings.Linear)) {
            throw new BadInputException(
                    "network.layers does not end with a linear layer; the output, {linear: CLASSES}, was"
                            + " expected there.");
        }
        if (readout == Readout.SOFTMAX && layers.size() < 2) {
            throw new BadInputException(
                    "network.layers has one layer and learning.readout is softmax, which leaves no neurons; a layer of"
                            + " neurons before the readout was expected.");
        }
        if (normalisation != null && normalisation.mean().size() != input.channels()) {
            throw new BadInputException(
                    "network.normalise has " + normalisation.mean().size() + " means and network.input "
                            + input.channels() + " channels; one mean a channel was expected.");
        }
        boolean linear = false;
        for (LayerSettings layer : layers) {
            if (linear && layer instanceof LayerSettings.Convolution) {
                throw new BadInputException(
                        "network.layers has a convolution after a linear layer; convolutions were expected to"
                                + " come first.");
            }
            linear = layer instanceof LayerSettings.Linear;
        }
    }

    /** {@return the units of the output layer} */
    public int classes() {
        return ((LayerSettings.Linear) layers.getLast()).units();
    }
}

package org.equipoise.config;

import java.util.List;
import org.equipoise.error.BadInputException;

/**
 * Layers of a network, from the image to the output.
 *
 * @param input shape of the clamped image
 * @param layers hidden layers and the output, which is the last and linear
 * @param upsampling gain of the inverse of average pooling
 */
public record NetworkSettings(ImageShape input, List<LayerSettings> layers, Upsampling upsampling) {
    /** Copies the list and refuses an order of layers that no network has. */
    public NetworkSettings {
        layers = List.copyOf(layers);
        if (layers.isEmpty() || !(layers.getLast() instanceof LayerSettings.Linear)) {
            throw new BadInputException(
                    "network.layers does not end with a linear layer; the output, {linear: CLASSES}, was"
                            + " expected there.");
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

package org.equipoise.config;

import org.equipoise.error.BadInputException;

/** One layer of a network. */
public sealed interface LayerSettings {
    /**
     * A convolution and, after it, pooling; the layer's neurons live after the pooling.
     *
     * @param channels output channels
     * @param kernel side of the kernel
     * @param stride distance between neighbouring windows
     * @param padding rows and columns of zeros around the input
     * @param pooling what follows the convolution
     */
    record Convolution(int channels, int kernel, int stride, int padding, Pooling pooling) implements LayerSettings {
        /** Refuses counts that no convolution has. */
        public Convolution {
            requireCount("conv", channels, 1, 1 << 16);
            requireCount("kernel", kernel, 1, 63);
            requireCount("stride", stride, 1, 63);
            requireCount("pad", padding, 0, kernel - 1);
        }
    }

    /**
     * A layer connected to everything before it.
     *
     * @param units its neurons
     */
    record Linear(int units) implements LayerSettings {
        /** Refuses counts that no layer has. */
        public Linear {
            requireCount("linear", units, 1, 1 << 20);
        }
    }

    private static void requireCount(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new BadInputException("A layer of network.layers has " + key + ": " + value + "; a whole number from "
                    + least + " to " + most + " was expected.");
        }
    }
}

package org.equipoise;

import java.util.Objects;

/** The neurons of one layer for one image. Immutable. */
public final class LayerState {
    private final int channels;
    private final int height;
    private final int width;
    private final float[] activations;
    private final float[] spikes;

    LayerState(int channels, int height, int width, float[] activations, float[] spikes) {
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.activations = activations;
        this.spikes = spikes;
    }

    /**
     * How many channels, or units of a linear layer.
     *
     * @return their number
     */
    public int channels() {
        return channels;
    }

    /**
     * How many rows a channel has, after pooling.
     *
     * @return their number, 1 for a linear layer
     */
    public int height() {
        return height;
    }

    /**
     * How many columns a channel has, after pooling.
     *
     * @return their number, 1 for a linear layer
     */
    public int width() {
        return width;
    }

    /**
     * The activation s of one neuron.
     *
     * @param channel its channel
     * @param row its row
     * @param column its column
     * @return s, in [0, 1] for spiking neurons
     */
    public float activation(int channel, int row, int column) {
        int position = Objects.checkIndex(row, height) * width + Objects.checkIndex(column, width);
        return activations[Objects.checkIndex(channel, channels) * height * width + position];
    }

    /**
     * The activations s of all neurons.
     *
     * @return a copy, by channel, row, column
     */
    public float[] activations() {
        return activations.clone();
    }

    /**
     * Which neurons fired in the step.
     *
     * @return a copy, 1 or 0 by channel, row, column; empty for a network that does not spike
     */
    public float[] spikes() {
        return spikes.clone();
    }
}

package org.equipoise.tensor;

import org.equipoise.error.BadInputException;

/**
 * How the neurons of one layer lie in memory: channels innermost (NHWC), neuron {@code (y, x, c)} at {@code (y * width + x) *
 * channelStride + c}.
 *
 * <p>Hidden layers pad their channels to 16, 32 or a multiple of 64, whole cache lines of float32 and whole bytes of spikes, so that
 * vector kernels have no tails; the lanes of the
 * padding have zero weights and biases and so never leave state zero. The clamped image is not padded: its bits are contiguous
 * over a window's row whatever the number of channels.
 *
 * @param channels number of channels (for a linear layer, its units)
 * @param height rows (1 for a linear layer)
 * @param width columns (1 for a linear layer)
 * @param channelStride distance between neighbouring positions, at least {@code channels}
 */
public record LayerLayout(int channels, int height, int width, int channelStride) {
    /** float32 values in a cache line, and lanes of the widest vector. */
    public static final int LINE = 16;

    private static final int BITS = 64;

    /** Refuses empty shapes and shapes whose neurons cannot be numbered with an int. */
    public LayerLayout {
        if (channels < 1 || height < 1 || width < 1) {
            throw new BadInputException("A layer of " + channels + " channels, height " + height + " and width " + width
                    + " was described; each must be at least 1.");
        }
        // The first product of ints fits a long, the second need not.
        if (channelStride < channels
                || (long) height * width > Integer.MAX_VALUE
                || (long) height * width * channelStride > Integer.MAX_VALUE - BITS) {
            throw new BadInputException("A layer of " + channels + " channels, height " + height + " and width " + width
                    + " was described; fewer than 2^31 neurons were expected.");
        }
    }

    /**
     * @param channels number of channels
     * @param height rows
     * @param width columns
     * @return the layout of a layer of neurons, channels padded
     */
    public static LayerLayout ofNeurons(int channels, int height, int width) {
        int stride = channels <= LINE ? LINE : channels <= 2 * LINE ? 2 * LINE : BITS * Math.ceilDiv(channels, BITS);
        return new LayerLayout(channels, height, width, stride);
    }

    /**
     * @param channels number of channels
     * @param height rows
     * @param width columns
     * @return the layout of a clamped image, channels not padded
     */
    public static LayerLayout ofImage(int channels, int height, int width) {
        return new LayerLayout(channels, height, width, channels);
    }

    /** {@return the number of positions: height × width} */
    public int positions() {
        return height * width;
    }

    /** {@return the neurons there really are} */
    public int neurons() {
        return positions() * channels;
    }

    /** {@return the neurons including padding lanes: the range of neuron indices} */
    public int paddedNeurons() {
        return positions() * channelStride;
    }

    /** {@return the distance between two images in a float32 tensor, whole cache lines} */
    public int floatStride() {
        return roundUp(paddedNeurons(), LINE);
    }

    /** {@return the distance between two images in a spike tensor, in 64-bit words} */
    public int wordStride() {
        return roundUp(paddedNeurons(), BITS) / BITS;
    }

    /**
     * @param position {@code y * width + x}
     * @param channel the channel
     * @return the neuron's index within its image
     */
    public int index(int position, int channel) {
        return position * channelStride + channel;
    }

    /** A value of a neuron. */
    interface NeuronValue {
        float of(int index);
    }

    /** {@return the values of all neurons without padding, by channel and then position} */
    float[] channelMajor(NeuronValue value) {
        float[] values = new float[neurons()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.of(index(i % positions(), i / positions()));
        }
        return values;
    }

    private static int roundUp(int value, int multiple) {
        return Math.ceilDiv(value, multiple) * multiple;
    }
}

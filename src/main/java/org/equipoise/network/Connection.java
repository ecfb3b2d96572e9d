package org.equipoise.network;

import org.equipoise.config.LayerSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NetworkSettings.Readout;
import org.equipoise.config.Pooling.Winners;
import org.equipoise.config.Upsampling;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.ConvolutionGeometry;
import org.equipoise.kernel.PoolFolding;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.tensor.LayerLayout;
import org.jspecify.annotations.Nullable;

/**
 * The symmetric weights between one layer and the next.
 *
 * <p>Average pooling is folded into the convolution: {@link #geometry()} then leads from the layer below straight to this layer.
 * Maximum pooling is not: the geometry leads to the convolution's map, which the {@link #maximum()} pools to this layer.
 *
 * @param geometry the window that weights work through, folded if pooling folds
 * @param pooling what follows the convolution
 * @param kernelHeight rows of the learnt kernel
 * @param kernelWidth columns of the learnt kernel
 * @param linear whether it is a linear layer, whose kernel is the whole layer below
 * @param backwardGain factor of the backward route over the exact adjoint, {@code γ α F²}; with 0 nothing is sent back
 */
public record Connection(
        ConvolutionGeometry geometry,
        ConnectionPooling pooling,
        int kernelHeight,
        int kernelWidth,
        boolean linear,
        float backwardGain) {

    static Connection between(LayerLayout below, NetworkSettings settings, int number) {
        // The weights of a readout are outside the dynamics: what it nudges with is the gradient itself.
        boolean readout = settings.readout() == Readout.SOFTMAX
                && number == settings.layers().size() - 1;
        float feedback = readout ? 1f : settings.feedback();
        return switch (settings.layers().get(number)) {
            case LayerSettings.Linear linear -> linear(below, linear, feedback, number);
            case LayerSettings.Convolution convolution ->
                convolution(below, convolution, settings.upsampling(), feedback, number);
        };
    }

    private static Connection linear(LayerLayout below, LayerSettings.Linear layer, float feedback, int number) {
        LayerLayout layout = LayerLayout.ofNeurons(layer.units(), 1, 1);
        requireNumbered(below.positions(), below, layout, number);
        return new Connection(
                ConvolutionGeometry.linear(below, layout),
                new ConnectionPooling.None(),
                below.height(),
                below.width(),
                true,
                feedback);
    }

    private static Connection convolution(
            LayerLayout below, LayerSettings.Convolution layer, Upsampling upsampling, float feedback, int number) {
        int pool = layer.pooling().window();
        int height = convolved(below.height(), layer, pool, "height", number);
        int width = convolved(below.width(), layer, pool, "width", number);
        LayerLayout map = LayerLayout.ofNeurons(layer.channels(), height, width);
        long folded = layer.kernel() + (long) layer.stride() * (pool - 1);
        requireNumbered(folded < 1 << 16 ? folded * folded : Integer.MAX_VALUE, below, map, number);
        ConnectionPooling pooling = ConnectionPooling.of(layer.pooling(), layer.kernel(), layer.stride(), map);
        ConvolutionGeometry plain =
                new ConvolutionGeometry(below, map, layer.kernel(), layer.kernel(), layer.stride(), layer.padding());
        ConvolutionGeometry geometry = pooling instanceof ConnectionPooling.Average average
                ? average.folding().fold(plain)
                : plain;
        // The gain α belongs to upsampling; P⁻¹ of maximum pooling writes what it is given.
        float gain = pooling instanceof ConnectionPooling.Average ? upsampling.gainOverAdjoint(pool) : 1f;
        return new Connection(geometry, pooling, layer.kernel(), layer.kernel(), false, feedback * gain);
    }

    private static int convolved(int below, LayerSettings.Convolution layer, int pool, String side, int number) {
        long convolved = Math.floorDiv(below + 2L * layer.padding() - layer.kernel(), (long) layer.stride()) + 1;
        if (convolved < pool) {
            throw new BadInputException("network.layers[" + number + "] has kernel " + layer.kernel() + ", stride "
                    + layer.stride() + ", pad " + layer.padding() + " and pool " + layer.pooling() + " over a " + side
                    + " of "
                    + below + ", which leaves nothing; at least one neuron was expected to remain.");
        }
        return Math.toIntExact(Math.min(convolved, Integer.MAX_VALUE));
    }

    /** Weights of a neuron, forward and backward, are numbered with an int. */
    private static void requireNumbered(long taps, LayerLayout below, LayerLayout layer, int number) {
        int channels = Math.max(below.channelStride(), layer.channelStride());
        if (taps > Integer.MAX_VALUE / channels) {
            throw new BadInputException(
                    "network.layers[" + number + "] has windows of " + taps + " positions or more, with "
                            + below.channels() + " channels below and " + layer.channels()
                            + " above; fewer than 2^31 weights of each neuron, either way, were expected.");
        }
    }

    /** {@return the gain that backward weights hold: 1 where nothing is sent back, as they still lead gradients back} */
    public float heldGain() {
        return backwardGain == 0f ? 1f : backwardGain;
    }

    /** {@return the layer below} */
    public LayerLayout below() {
        return geometry.source();
    }

    /** {@return this layer} */
    public LayerLayout layer() {
        PoolingWindow maximum = maximum();
        return maximum == null ? geometry.target() : maximum.pooled();
    }

    /** {@return the maximum pooling between the convolution and this layer, or null} */
    public @Nullable PoolingWindow maximum() {
        return pooling instanceof ConnectionPooling.Maximum maximum ? maximum.window() : null;
    }

    /** {@return by what the winners of its maximum pooling are found; of what is sent where there is none} */
    public Winners winners() {
        return pooling instanceof ConnectionPooling.Maximum maximum ? maximum.winners() : Winners.SENT;
    }

    /** {@return how pooling folds into the kernel} */
    public PoolFolding folding() {
        return pooling.folding();
    }

    /** {@return the rows of the master weights: learnt taps × channel stride below} */
    public int masterRows() {
        return Math.multiplyExact(kernelHeight * kernelWidth, below().channelStride());
    }

    /** {@return whether pooling makes the folded kernel differ from the learnt one} */
    public boolean folded() {
        return folding().pool() > 1;
    }

    /** {@return the inputs of one neuron before pooling} */
    public int fanIn() {
        return kernelHeight * kernelWidth * below().channels();
    }

    /** {@return the neurons, before pooling, that one neuron of the layer below sends to where its windows reach no edge} */
    public int fanOut() {
        return (linear ? 1 : kernelHeight * kernelWidth) * layer().channels();
    }

    /** {@return the learnt weights, without padding} */
    public long weights() {
        return (long) fanIn() * layer().channels();
    }

    /** {@return the shape of the weights in interchange: (out, in, kh, kw), or (out, in) of a linear layer} */
    public long[] weightShape() {
        return linear
                ? new long[] {layer().channels(), fanIn()}
                : new long[] {layer().channels(), below().channels(), kernelHeight, kernelWidth};
    }
}

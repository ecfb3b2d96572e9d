package org.equipoise.kernel;

import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;

/**
 * A model of the bytes that kernels move: what a call must read and write at least, whatever cache it comes from. Padding lanes
 * count, registers do not: what stays in one during a call is read once and written once.
 *
 * <p>{@code weightRows} is what passes between the nearest cache and the registers: a row for every spike and window (for every
 * product of a real-valued state: its row of weights). {@code weights} is what of it has to come from further away: each row at
 * most once a call, since a call keeps a tile of weights near. All others are read or written once a call.
 *
 * @param weightRows weight rows added
 * @param weights of these, distinct ones: {@code min(rows added, rows there are)} of each call
 * @param currents sums, read and written
 * @param states s, v, φ, the image and what drives them, read and, what changes, written
 * @param spikes packed: those sent and those expected, read by synapses; fired and expected, written by neurons
 * @param learning gradients and parameters, read and written where weights are learnt, and the states that gradients read
 */
public record Traffic(long weightRows, long weights, long currents, long states, long spikes, long learning) {
    /** Nothing. */
    public static final Traffic NONE = new Traffic(0, 0, 0, 0, 0, 0);

    private static final int READ_AND_WRITTEN = 2;

    /**
     * @param other more
     * @return both together
     */
    public Traffic plus(Traffic other) {
        return new Traffic(
                weightRows + other.weightRows,
                weights + other.weights,
                currents + other.currents,
                states + other.states,
                spikes + other.spikes,
                learning + other.learning);
    }

    /** {@return all bytes that kernels read or write} */
    public long total() {
        return weightRows + currents + states + spikes + learning;
    }

    /** {@return the bytes that would come from memory or go there if nothing stayed near from one call to the next} */
    public long streamed() {
        return weights + currents + states + spikes + learning;
    }

    /** What weights do to packed spikes. */
    static Traffic ofSpikes(long rows, WeightBlocks blocks, LayerLayout sender, LayerLayout receiver, long images) {
        long words = READ_AND_WRITTEN * images * sender.wordStride() * Long.BYTES; // those sent and those expected
        return synapses(rows, blocks, receiver, images).plus(new Traffic(0, 0, 0, 0, words, 0));
    }

    /** What weights do to real-valued states. */
    static Traffic ofStates(long rows, WeightBlocks blocks, LayerLayout sender, LayerLayout receiver, long images) {
        long states = images * sender.paddedNeurons() * Float.BYTES;
        return synapses(rows, blocks, receiver, images).plus(new Traffic(0, 0, 0, states, 0, 0));
    }

    private static Traffic synapses(long rows, WeightBlocks blocks, LayerLayout receiver, long images) {
        long rowBytes = (long) blocks.lanes() * blocks.format().bytes();
        long currents = READ_AND_WRITTEN * images * receiver.paddedNeurons() * Float.BYTES;
        return new Traffic(rows * rowBytes, Math.min(rows, blocks.rows()) * rowBytes, currents, 0, 0, 0);
    }

    /**
     * The step of neurons.
     *
     * @param values float32 values read or written for each neuron
     * @param bits spikes and expectations written for each neuron
     */
    static Traffic ofNeurons(LayerLayout layout, long images, int values, int bits) {
        long neurons = images * layout.paddedNeurons();
        return new Traffic(0, 0, 0, values * neurons * Float.BYTES, bits * neurons / Byte.SIZE, 0);
    }

    /** Pooling and its inverse: float32 values of currents and of states, and bits, each read or written. */
    static Traffic ofPooling(long currents, long states, long bits) {
        return new Traffic(0, 0, currents * Float.BYTES, states * Float.BYTES, bits / Byte.SIZE, 0);
    }

    /** Outer products: some rows of one block of sums, read and written, and the states at their two ends, read. */
    static Traffic ofOuterProducts(
            ConvolutionGeometry geometry, WeightBlocks gradient, int block, long taps, long images) {
        long rows = taps * geometry.source().channelStride();
        long sums = READ_AND_WRITTEN * rows * gradient.blockLanes(block);
        // A tap sees one position of the source for each of the target.
        long states = images * geometry.target().positions() * (rows + gradient.blockLanes(block));
        return new Traffic(0, 0, 0, 0, 0, (sums + states) * Float.BYTES);
    }

    /** States of a layer, summed for the biases. */
    static Traffic ofBiasGradient(FloatTensor target, long images) {
        return new Traffic(0, 0, 0, 0, 0, images * target.layout().paddedNeurons() * Float.BYTES);
    }

    /** Some values of parameters or gradients, read or written. */
    static Traffic ofParameters(long values) {
        return new Traffic(0, 0, 0, 0, 0, values * Float.BYTES);
    }
}

package org.equipoise.dynamics;

import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Configuration;
import org.equipoise.config.NeuronSettings;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * The free phase of a batch, unrolled in time on an off-heap tape, and walked back: from minus the derivative of a loss by the last
 * state to the cotangents of the currents of every step, from which gradients of weights are summed.
 *
 * <p>Images do not influence each other. Methods that take a tile of images may run at once for tiles that do not overlap, each by a
 * worker of its own, and how a batch is cut into tiles does not change a bit.
 *
 * <p>Use: fill {@link #image()}; {@link #forward}; set {@link #cotangent()} from {@link #output()}; then for each segment from the last
 * to the first, {@link #recompute} it unless it is the last, and for each of its steps from the last to the first, {@link #back} and
 * read {@link #sent} and {@link #currentCotangent}; at the end read {@link #biasCotangent}.
 */
public sealed interface Unrolling extends AutoCloseable permits RateUnrolling, SpikingUnrolling {
    /**
     * @param configuration neurons, the length of the free phase and the batch
     * @param settings truncation, tape and surrogate
     * @param parameters the network's weights, read only
     * @param kernels the arithmetic
     * @param ledger where the memory is entered
     * @param tiling how a batch will be cut
     * @return room for a batch
     */
    static Unrolling open(
            Configuration configuration,
            Backpropagation settings,
            Parameters parameters,
            Kernels kernels,
            Ledger ledger,
            Tiling tiling) {
        int steps = configuration.phases().free();
        int images = configuration.training().batch();
        return switch (configuration.neuron()) {
            case NeuronSettings.SigmaDelta spiking ->
                new SpikingUnrolling(spiking, settings, steps, parameters, kernels, ledger, images, tiling);
            case NeuronSettings.Rate rate ->
                new RateUnrolling(rate, settings, steps, parameters, kernels, ledger, images, tiling);
            case NeuronSettings.Lif lif -> throw unwalkable();
        };
    }

    /**
     * @param configuration neurons, the length of the free phase and the batch
     * @param settings truncation, tape and surrogate
     * @param topology the network
     * @param tiling how a batch will be cut
     * @return the memory that {@link #open} takes
     */
    static MemoryPlan plan(Configuration configuration, Backpropagation settings, Topology topology, Tiling tiling) {
        int steps = configuration.phases().free();
        int images = configuration.training().batch();
        return switch (configuration.neuron()) {
            case NeuronSettings.SigmaDelta spiking -> SpikingUnrolling.plan(settings, steps, topology, images, tiling);
            case NeuronSettings.Rate rate -> RateUnrolling.plan(rate, settings, steps, topology, images, tiling);
            case NeuronSettings.Lif lif -> throw unwalkable();
        };
    }

    private static IllegalStateException unwalkable() {
        return new IllegalStateException(
                "A configuration with these neurons and back-propagation is refused when it is made");
    }

    /** {@return the batch's clamped images, in [0, 1]} */
    FloatTensor image();

    /** {@return the activations of the last layer of neurons after the last step} */
    FloatTensor output();

    /** {@return how the steps are cut into segments} */
    Segments segments();

    /**
     * Runs all steps from a state of zero, and leaves the last segment on the tape.
     *
     * @param tile some images
     */
    void forward(Tile tile);

    /** {@return minus the derivative of the loss by {@link #output()}, which the caller sets after {@link #forward}} */
    FloatTensor cotangent();

    /**
     * Puts a segment on the tape again: the same steps with the same bits.
     *
     * @param segment a segment but the last, the one before that walked back last
     * @param tile some images
     */
    void recompute(int segment, Tile tile);

    /**
     * Walks back one step.
     *
     * @param step the step before the one walked back last, of the segment on the tape, counted from 0 over all that are walked back
     * @param tile some images
     */
    void back(int step, Tile tile);

    /**
     * @param step the step walked back last
     * @param layer 0 for the image
     * @return what that layer sent into that step: activations, or spikes as 1 and 0
     */
    FloatTensor sent(int step, int layer);

    /**
     * @param step the step walked back last
     * @param layer 1 for the first hidden layer
     * @return the winners of the maximum pooling before that layer in that step, null where there is none
     */
    @Nullable
    SpikeTensor winners(int step, int layer);

    /**
     * @param layer 1 for the first hidden layer
     * @return the cotangent of its current in the step walked back last
     */
    FloatTensor currentCotangent(int layer);

    /**
     * @param layer 1 for the first hidden layer
     * @return the cotangents of its biases, for each image, summed over positions and the steps walked back so far
     */
    FloatTensor biasCotangent(int layer);

    /** {@return the spikes since the last reset; none for neurons that do not spike} */
    SpikeCounts spikeCounts();

    /**
     * Counts from now on as if these spikes had been counted before and no others.
     *
     * @param counted spikes of a network of the same depth, or none
     */
    void countSpikesAfter(SpikeCounts counted);

    /** Returns the memory. */
    @Override
    void close();
}

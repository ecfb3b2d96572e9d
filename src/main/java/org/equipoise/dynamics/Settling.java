package org.equipoise.dynamics;

import org.equipoise.config.NeuronSettings;
import org.equipoise.config.SettleCriterion;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * The state of a network for a tile of images that settle together, and the steps that move it.
 *
 * <p>All layers update synchronously from the previous step. Images do not influence each other, so the result for an image does
 * not depend on the others in its tile. One thread at a time may use it.
 *
 * <p>With a {@link SettleCriterion}, an image that has settled stays as it is until its phase ends. A phase ends when the next has another
 * β, and at {@link #begin}, {@link #saveState} and {@link #restoreState}; free or nudged steps in a row belong to one phase. Steps that are
 * saved count as made: the step number that schedules go by is the same for all images.
 *
 * <p>Use: fill {@link #image()} (and {@link #target()} for nudging), {@link #begin}, {@link #free}, {@link #saveState}, {@link
 * #nudge}, read {@link #states}, {@link #restoreState}, nudge the other way.
 */
public sealed interface Settling extends AutoCloseable permits SpikingSettling, RateSettling, LifSettling {
    /**
     * @param neuron which neurons
     * @param settle when an image has settled and stays as it is until its phase ends, or null if none does
     * @param parameters the network's weights, read only
     * @param kernels the arithmetic
     * @param ledger where the memory is entered
     * @param owner name of the owner in the ledger
     * @param images the most images of a tile
     * @param savesState whether there is room to {@link #saveState} a state
     * @return a tile's state, all zero
     */
    static Settling open(
            NeuronSettings neuron,
            @Nullable SettleCriterion settle,
            Parameters parameters,
            Kernels kernels,
            Ledger ledger,
            String owner,
            int images,
            boolean savesState) {
        return switch (neuron) {
            case NeuronSettings.SigmaDelta spiking ->
                new SpikingSettling(spiking, settle, parameters, kernels, ledger, owner, images, savesState);
            case NeuronSettings.Rate rate ->
                new RateSettling(rate, settle, parameters, kernels, ledger, owner, images, savesState);
            case NeuronSettings.Lif lif ->
                new LifSettling(lif, settle, parameters, kernels, ledger, owner, images, savesState);
        };
    }

    /**
     * @param neuron which neurons
     * @param settle when an image has settled and stays as it is until its phase ends, or null if none does
     * @param topology the network
     * @param owner name of the owner in the ledger
     * @param images the most images of a tile
     * @param savesState whether there is room to {@link #saveState} a state
     * @return the memory a tile's state takes
     */
    static MemoryPlan plan(
            NeuronSettings neuron,
            @Nullable SettleCriterion settle,
            Topology topology,
            String owner,
            int images,
            boolean savesState) {
        return switch (neuron) {
            case NeuronSettings.SigmaDelta spiking -> SpikingSettling.plan(settle, topology, owner, images, savesState);
            case NeuronSettings.Rate rate -> RateSettling.plan(rate, settle, topology, owner, images, savesState);
            case NeuronSettings.Lif lif -> LifSettling.plan(settle, topology, owner, images, savesState);
        };
    }

    /** {@return the clamped images, in [0, 1]; the caller fills them before {@link #begin}} */
    FloatTensor image();

    /** {@return the targets of the output; the caller fills them before {@link #nudge}} */
    FloatTensor target();

    /**
     * Sets every neuron to zero and the step to the start of a free phase.
     *
     * @param images how many images of the tile are in use
     */
    void begin(int images);

    /**
     * Moves on without nudging.
     *
     * @param steps how many steps
     */
    void free(int steps);

    /**
     * Moves on while the output is pulled towards the target.
     *
     * @param beta β
     * @param steps how many steps
     */
    void nudge(float beta, int steps);

    /** Says that weights have changed since the last step or {@link #begin}, so that nothing is reused that was computed with the old ones. */
    void invalidateWeights();

    /** Keeps a copy of the whole state, from which both nudge phases start. */
    void saveState();

    /** Goes back to the state that {@link #saveState} kept. */
    void restoreState();

    /**
     * @param layer 0 for the image, the network's depth for the last layer of neurons
     * @return the activations s of that layer
     */
    FloatTensor states(int layer);

    /**
     * @param layer 1 for the first hidden layer
     * @return the winners of the maximum pooling before that layer in the last step, one bit for each neuron of the convolution's map;
     *     null where there is no such pooling
     */
    @Nullable
    SpikeTensor winners(int layer);

    /** {@return what the network answers: the activations of the last layer, or the logits of a readout; valid until the next step} */
    FloatTensor output();

    /**
     * What the activations below a connection are multiplied by in {@code ∂(−E − βL)/∂w}, the difference of which between two phases
     * is the gradient that Equilibrium Propagation finds: the activations of the layer that the connection leads to and, for a softmax
     * readout, which only the loss L sees, {@code −β ∂L/∂z = β (y − softmax(z))} at the present activations.
     *
     * @param layer which layer the connection leads to, from 1
     * @param beta β of the phase that has ended, 0 of a free one
     * @return one value a neuron or class: valid until the next step
     */
    FloatTensor postsynaptic(int layer, float beta);

    /**
     * Adds the spikes fired since the last {@link #begin} to {@code spikes} and the neuron-steps they were fired in to {@code
     * opportunities}, by layer from the image on. Networks that do not spike count nothing.
     *
     * @param spikes spikes of each layer, added to
     * @param opportunities neurons × steps × images of each layer, steps that were saved left out, added to
     */
    void countSpikes(long[] spikes, long[] opportunities);

    /** {@return the steps since the last {@link #begin}, taken and saved, of all images in use} */
    StepCount steps();

    /** Returns the memory. */
    @Override
    void close();
}

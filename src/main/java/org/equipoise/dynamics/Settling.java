package org.equipoise.dynamics;

import java.util.Arrays;
import java.util.Map;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.SettleCriterion;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.kernel.StateMean;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * The state of a network for a tile of images that settle together, and the steps that move it.
 *
 * <p>All layers update synchronously from the previous step; layers of spiking neurons send the spikes of the step before, the image
 * those of this step. Images do not influence each other, so the result for an image does not depend on the others in its tile. One
 * thread at a time may use it.
 *
 * <p>With a {@link SettleCriterion}, an image that has settled stays as it is until its phase ends. A phase ends when the next has another
 * β, and at {@link #begin}, {@link #saveState} and {@link #restoreState}; free or nudged steps in a row belong to one phase. Steps that are
 * saved count as made: the step number that schedules go by is the same for all images.
 *
 * <p>Use: fill {@link #image()} (and {@link #target()} for nudging), {@link #begin}, {@link #free}, {@link #saveState}, {@link
 * #nudge}, read {@link #states}, {@link #restoreState}, nudge the other way.
 */
public final class Settling implements AutoCloseable {
    private final Topology topology;
    private final MemoryScope.Holding memory;
    private final TileTensors tensors;
    private final Neurons neurons;
    private final Currents currents;
    private final Readout readout;
    private final ActiveImages active;
    /** Spikes of each layer since the last {@link #begin}. */
    private final long[] spikes;

    private int images;
    private int step;
    private int savedStep;

    private Settling(
            MemoryScope memory,
            NeuronSettings neuron,
            @Nullable SettleCriterion settle,
            Parameters parameters,
            Kernels kernels,
            int images,
            boolean savesState) {
        this.topology = parameters.topology();
        this.memory = memory.holding();
        this.tensors = new TileTensors(memory, topology, images, savesState);
        this.neurons = Neurons.of(neuron, tensors, parameters, kernels);
        this.currents = Currents.of(neurons, tensors, parameters, kernels);
        this.readout = Readout.in(tensors, parameters, kernels.states());
        this.active = new ActiveImages(settle, tensors, neurons);
        this.spikes = new long[topology.depth() + 1];
    }

    /**
     * @param memory where the memory of the whole comes from that it is a part of
     * @param neuron which neurons
     * @param settle when an image has settled and stays as it is until its phase ends, or null if none does
     * @param parameters the network's weights, read only
     * @param kernels the arithmetic
     * @param owner name of the owner in the ledger
     * @param images the most images of a tile
     * @param savesState whether there is room to {@link #saveState} a state
     * @return a tile's state, all zero
     */
    public static Settling in(
            MemoryScope memory,
            NeuronSettings neuron,
            @Nullable SettleCriterion settle,
            Parameters parameters,
            Kernels kernels,
            String owner,
            int images,
            boolean savesState) {
        return memory.part(owner, part -> new Settling(part, neuron, settle, parameters, kernels, images, savesState));
    }

    /**
     * Opens a tile that is no part of anything.
     *
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
    public static Settling open(
            NeuronSettings neuron,
            @Nullable SettleCriterion settle,
            Parameters parameters,
            Kernels kernels,
            Ledger ledger,
            String owner,
            int images,
            boolean savesState) {
        return ledger.open(memory -> in(memory, neuron, settle, parameters, kernels, owner, images, savesState));
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
    public static MemoryPlan plan(
            NeuronSettings neuron,
            @Nullable SettleCriterion settle,
            Topology topology,
            String owner,
            int images,
            boolean savesState) {
        return MemoryScope.count(memory -> in(
                        memory,
                        neuron,
                        settle,
                        Parameters.in(memory, topology),
                        Kernels.scalar(),
                        owner,
                        images,
                        savesState))
                .getLast();
    }

    /** {@return the clamped images, in [0, 1]; the caller fills them before {@link #begin}} */
    public FloatTensor image() {
        return neurons.activations(0);
    }

    /** {@return the targets of the output; the caller fills them before {@link #nudge}} */
    public FloatTensor target() {
        return readout.target();
    }

    /**
     * Sets every neuron to zero and the step to the start of a free phase.
     *
     * @param imagesInUse how many images of the tile are in use
     */
    public void begin(int imagesInUse) {
        images = imagesInUse;
        step = 0;
        active.begin(images);
        Arrays.fill(spikes, 0);
        tensors.clear(images);
        neurons.begin(images);
        currents.invalidate(images);
    }

    /**
     * Moves on without nudging.
     *
     * @param steps how many steps
     */
    public void free(int steps) {
        advance(0f, steps);
    }

    /**
     * Moves on while the output is pulled towards the target.
     *
     * @param beta β
     * @param steps how many steps
     */
    public void nudge(float beta, int steps) {
        advance(beta, steps);
    }

    private void advance(float beta, int steps) {
        int end = step + steps;
        active.advance(beta);
        while (step < end && active.any()) {
            step++;
            step(beta, active.count());
            active.stepped();
        }
        step = end;
        active.putBack(steps);
    }

    private void step(float beta, int count) {
        Nudge nudge = beta == 0f ? null : readout.nudge(beta, lastStates(), count);
        neurons.startStep(step, count);
        currents.step(
                step,
                count,
                (layer, current, first, end) ->
                        neurons.step(layer, current, layer == topology.depth() ? nudge : null, first, end));
        for (int l = 0; l < spikes.length; l++) {
            SpikeTensor fired = neurons.spikes(l);
            if (fired != null) {
                spikes[l] += fired.count(count);
            }
        }
    }

    private FloatTensor lastStates() {
        return neurons.activations(topology.depth());
    }

    /**
     * Leaves an image as it is in all phases that begin from now on until the next {@link #begin}. Its steps count as saved.
     *
     * @param image which image of the tile
     */
    public void leaveOut(int image) {
        active.leaveOut(image);
    }

    /**
     * @param image which image of the tile
     * @return whether it has been left out since the last {@link #begin}
     */
    public boolean isLeftOut(int image) {
        return active.isLeftOut(image);
    }

    /** Says that weights have changed since the last step or {@link #begin}, so that nothing is reused that was computed with the old ones. */
    public void invalidateWeights() {
        currents.invalidate(images);
    }

    /**
     * Takes the present activations into the mean free state, from which nudge phases count deviations; does nothing where
     * errors are not amplified.
     *
     * @param mean which of the steps that count has just been taken
     */
    public void countFree(StateMean mean) {
        currents.countFree(mean, images);
    }

    /**
     * The free phase has ended. From now on until {@link #begin}, deviations from the free state travel up by the feedback γ and down by 1,
     * where the parameters say that errors are amplified ({@link Parameters#errorGain}), and winners of maximum pooling stay as they are,
     * where that is set or errors are amplified. The free state is that of {@link #countFree}.
     */
    public void startNudging() {
        currents.startNudging(images);
    }

    /** Keeps a copy of the whole state, from which both nudge phases start. */
    public void saveState() {
        tensors.save(images);
        savedStep = step;
        startPhase();
    }

    /** Goes back to the state that {@link #saveState} kept. */
    public void restoreState() {
        tensors.restore(images);
        step = savedStep;
        startPhase();
    }

    private void startPhase() {
        active.endPhase();
        currents.startPhase(images);
    }

    /**
     * @param layer 0 for the image, the network's depth for the last layer of neurons
     * @return the activations s of that layer
     */
    public FloatTensor states(int layer) {
        return neurons.activations(layer);
    }

    /**
     * @param layer 0 for the image, the network's depth for the last layer of neurons
     * @return what that layer sent in the last step, or null for neurons that send their activations
     */
    public @Nullable SpikeTensor spikes(int layer) {
        return neurons.spikes(layer);
    }

    /**
     * @param layer 0 for the image, the network's depth for the last layer of neurons
     * @return the state by the names of the equations, as far as these neurons have them: s, v, {@code phi} for φ and q, and {@code slow},
     *     the spikes of leaky neurons filtered twice
     */
    public Map<String, LayerTensor> variables(int layer) {
        return neurons.variables(layer);
    }

    /**
     * Of leaky integrate-and-fire neurons, the sums and differences of spikes and changes of rates that {@link
     * org.equipoise.kernel.LeakyKernels#spikesAndChanges} says.
     *
     * @param layer 1 for the first hidden layer
     * @param sum written from {@code firstImage} on
     * @param difference written from {@code firstImage} on
     * @param firstImage the image of the results that is the tile's first
     * @param count how many images
     * @throws IllegalStateException for other neurons
     */
    public void spikesAndChanges(int layer, FloatTensor sum, FloatTensor difference, int firstImage, int count) {
        neurons.spikesAndChanges(layer, sum, difference, firstImage, count);
    }

    /**
     * The winners by which gradients are read from the present activations: {@code argmax} of {@code w ∗ s}, so that products with s are
     * the derivative of the energy there. The steps themselves go by the winners among what was sent, which is one step older and, from
     * spiking neurons, spikes.
     *
     * @param layer 1 for the first hidden layer
     * @return the winners of the maximum pooling before that layer, one bit for each neuron of the convolution's map, until the next step;
     *     null where there is no such pooling
     */
    public @Nullable SpikeTensor winners(int layer) {
        return currents.winners(layer, images);
    }

    /** {@return what the network answers: the activations of the last layer, or the logits of a readout; valid until the next step} */
    public FloatTensor output() {
        return readout.output(lastStates(), images);
    }

    /**
     * What the activations below a connection are multiplied by in {@code ∂(−E − βL)/∂w}, the difference of which between two phases
     * is the gradient that Equilibrium Propagation finds: the activations of the layer that the connection leads to and, for a softmax
     * readout, which only the loss L sees, {@code −β ∂L/∂z = β (y − softmax(z))} at the present activations.
     *
     * @param layer which layer the connection leads to, from 1
     * @param beta β of the phase that has ended, 0 of a free one
     * @return one value a neuron or class: valid until the next step
     */
    public FloatTensor postsynaptic(int layer, float beta) {
        return layer <= topology.depth() ? states(layer) : readout.pull(beta, lastStates(), images);
    }

    /**
     * Adds the spikes fired since the last {@link #begin} to {@code fired} and the neuron-steps they were fired in to {@code
     * opportunities}, by layer from the image on. Networks that do not spike count nothing.
     *
     * @param fired spikes of each layer, added to
     * @param opportunities neurons × steps × images of each layer, steps that were saved left out, added to
     */
    public void countSpikes(long[] fired, long[] opportunities) {
        for (int l = 0; l < spikes.length; l++) {
            if (neurons.spikes(l) != null) {
                fired[l] += spikes[l];
                opportunities[l] += topology.layout(l).neurons() * steps().taken();
            }
        }
    }

    /** {@return the steps since the last {@link #begin}, taken and saved, of all images in use} */
    public StepCount steps() {
        return active.steps();
    }

    /** Returns the memory. */
    @Override
    public void close() {
        memory.close();
    }
}

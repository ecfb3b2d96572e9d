package org.equipoise.dynamics;

import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.kernel.StateKernels;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;

/** Where the dynamics of a tile end and the loss begins: how the last layer of neurons is read, and how it is nudged. */
sealed interface Readout permits StateReadout, SoftmaxReadout {
    /**
     * @param plan where a tile's memory is planned
     * @param topology the network
     * @param images the most images of the tile
     */
    static void plan(MemoryPlan.Builder plan, Topology topology, int images) {
        StateReadout.plan(plan, topology, images);
        if (topology.hasReadout()) {
            SoftmaxReadout.plan(plan, topology, images);
        }
    }

    /**
     * @param arena the tile's memory
     * @param parameters the network's weights, read only
     * @param kernels weights on states
     * @param images the most images of the tile
     * @return the readout that the network has
     */
    static Readout of(OffHeapArena arena, Parameters parameters, StateKernels kernels, int images) {
        return parameters.topology().hasReadout()
                ? SoftmaxReadout.of(arena, parameters, kernels, images)
                : StateReadout.of(arena, parameters.topology(), images);
    }

    /** {@return the targets y, one a class} */
    FloatTensor target();

    /**
     * @param s activations of the last layer of neurons
     * @param images how many images, from the first
     * @return what the network answers, one value a class: valid until the next call
     */
    FloatTensor output(FloatTensor s, int images);

    /**
     * @param beta β
     * @param s activations of the last layer of neurons before the step
     * @param images how many images, from the first
     * @return what the step adds to the drive of that layer, {@code −β ∂L/∂s}: valid until the next call
     */
    Nudge nudge(float beta, FloatTensor s, int images);

    /**
     * @param beta β
     * @param s activations of the last layer of neurons
     * @param images how many images, from the first
     * @return {@code −β ∂L/∂output}: valid until the next call
     * @throws IllegalStateException if the output is a layer of neurons, whose weights learn from its activations
     */
    FloatTensor pull(float beta, FloatTensor s, int images);
}

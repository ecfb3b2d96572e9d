package org.equipoise.dynamics;

import org.equipoise.dynamics.TileTensors.Lifetime;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.kernel.StateKernels;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;

/** Where the dynamics of a tile end and the loss begins: how the last layer of neurons is read, and how it is nudged. */
sealed interface Readout permits Readout.State, SoftmaxReadout {
    /**
     * @param tensors where the memory comes from
     * @param parameters the network's weights, read only
     * @param kernels weights on states
     * @return the readout that the network has
     */
    static Readout in(TileTensors tensors, Parameters parameters, StateKernels kernels) {
        FloatTensor target = tensors.floats("target", tensors.topology().output(), Lifetime.GIVEN);
        return switch (tensors.topology().readout()) {
            case STATE -> new State(target);
            case SOFTMAX -> SoftmaxReadout.in(tensors, target, parameters, kernels);
        };
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

    /**
     * The last layer's activations are the answer, and its neurons are pulled towards the target: half the squared error.
     *
     * @param target y
     */
    record State(FloatTensor target) implements Readout {
        @Override
        public FloatTensor output(FloatTensor s, int images) {
            return s;
        }

        @Override
        public Nudge nudge(float beta, FloatTensor s, int images) {
            return new Nudge.Towards(beta, target);
        }

        @Override
        public FloatTensor pull(float beta, FloatTensor s, int images) {
            throw new IllegalStateException("The output is a layer of neurons");
        }
    }
}

package org.equipoise;

import java.util.List;

/** A network at one step of settling on one image. Immutable. */
public final class NetworkState {
    /** Where in the course of Equilibrium Propagation a step lies. */
    public enum Phase {
        /** The network settles by itself. */
        FREE,
        /** From the settled state, the output is pulled towards the target. */
        NUDGED_TOWARDS,
        /** From the settled state, the output is pushed away from the target. */
        NUDGED_AWAY
    }

    private final Phase phase;
    private final int step;
    private final List<LayerState> layers;
    private final float[] outputs;

    NetworkState(Phase phase, int step, List<LayerState> layers, float[] outputs) {
        this.phase = phase;
        this.step = step;
        this.layers = List.copyOf(layers);
        this.outputs = outputs;
    }

    /**
     * The phase that the step belongs to.
     *
     * @return the phase
     */
    public Phase phase() {
        return phase;
    }

    /**
     * The step within its phase.
     *
     * @return how many steps of the phase have been made
     */
    public int step() {
        return step;
    }

    /**
     * The layers of neurons, from the first hidden one to the last; a softmax readout is none.
     *
     * @return their states
     */
    public List<LayerState> layers() {
        return layers;
    }

    /**
     * What the network answers.
     *
     * @return a copy of the output layer's activations, or of the logits of a softmax readout; one a class
     */
    public float[] outputs() {
        return outputs.clone();
    }
}

package org.equipoise.learning;

import java.util.Objects;
import org.equipoise.dynamics.Settling;
import org.equipoise.kernel.Kernels;
import org.equipoise.learning.BatchStates.Counting;
import org.equipoise.tensor.SpikeTensor;

/** What one step of a nudge phase teaches, as a contrast of products like that of two phases. */
enum StepContrast {
    /**
     * The change of the products of activations, {@code s_i s_j (t+1) − s_i s_j (t)} (Ernoult et al. 2020). If weights stood still, its sum
     * over a phase would be the contrast of Equilibrium Propagation.
     */
    OF_STATES(1f) {
        @Override
        void before(BatchStates states, Settling settling, int first, int count, float beta) {
            states.keep(settling, first, count, beta, Counting.NEGATIVE);
        }

        @Override
        void after(BatchStates states, Settling settling, int first, int count, float beta, Kernels kernels) {
            states.keep(settling, first, count, beta, Counting.POSITIVE);
        }
    },
    /**
     * {@code ρ̇_i q_j + q_i ρ̇_j}: whenever a neuron fires, each of its synapses moves by the change of the other neuron's rate (Martin et
     * al. 2021). It is the derivative of {@code ρ_i ρ_j} with a neuron's spikes in place of its rate. The image's rate does not change.
     */
    OF_SPIKES(0.5f) {
        @Override
        void before(BatchStates states, Settling settling, int first, int count, float beta) {
            // What is learnt from is all in the state after the step.
        }

        @Override
        void after(BatchStates states, Settling settling, int first, int count, float beta, Kernels kernels) {
            for (int l = 1; l <= states.depth(); l++) {
                settling.spikesAndChanges(l, states.positive(l), states.negative(l), first, count);
            }
            SpikeTensor sent = Objects.requireNonNull(settling.spikes(0));
            kernels.adjoints().expand(sent, states.image().part(first, count), 0, count);
        }
    };

    private final float factor;

    StepContrast(float factor) {
        this.factor = factor;
    }

    /** {@return what the contrast of products is multiplied by} */
    float factor() {
        return factor;
    }

    /** Keeps what a tile's step will change; β is that of the state before it. */
    abstract void before(BatchStates states, Settling settling, int first, int count, float beta);

    /** Keeps what a tile's step has come to. */
    abstract void after(BatchStates states, Settling settling, int first, int count, float beta, Kernels kernels);
}

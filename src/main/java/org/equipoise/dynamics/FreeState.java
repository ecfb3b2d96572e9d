package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.dynamics.TileTensors.Lifetime;
import org.equipoise.kernel.Scaling;
import org.equipoise.kernel.StateMean;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * The free state s* of a tile, from which nudge phases that amplify errors count deviations, and what layers receive beside these. With γ
 * the feedback, the current of a layer in such a phase is
 *
 * <pre>
 * u_l = W s*_(l-1) + γ Wᵀ s*_(l+1)  +  γ W (q_(l-1) − s*_(l-1)) + Wᵀ (q_(l+1) − s*_(l+1))
 * </pre>
 *
 * <p>Maximum pooling, which is not linear, keeps the winners it has at s*.
 */
final class FreeState {
    private final Neurons neurons;
    private final List<FloatTensor> means = new ArrayList<>();
    private final List<FloatTensor> currents = new ArrayList<>();

    private final float gain;

    private FreeState(Neurons neurons, TileTensors tensors, float gain) {
        this.neurons = neurons;
        this.gain = gain;
        for (int l = 1; l <= tensors.topology().depth(); l++) {
            means.add(tensors.floats(l, "free mean", Lifetime.GIVEN));
            currents.add(tensors.floats(l, "free current", Lifetime.GIVEN));
        }
    }

    /** {@return room for the free state, or null where errors are not amplified} */
    static @Nullable FreeState in(Neurons neurons, TileTensors tensors, Parameters parameters) {
        float gain = parameters.errorGain();
        return gain == 1f ? null : new FreeState(neurons, tensors, gain);
    }

    /** {@return the gain γ by which deviations travel up} */
    float gain() {
        return gain;
    }

    /** Takes a step of the free phase into the mean. */
    void include(StateMean mean, int images) {
        for (int l = 1; l <= means.size(); l++) {
            mean.include(mean(l), 0, neurons.activations(l), images);
        }
    }

    /** {@return s* of a layer: the mean activations of the steps that count, and the clamped image itself} */
    FloatTensor mean(int layer) {
        return layer == 0 ? neurons.activations(0) : means.get(layer - 1);
    }

    /** {@return what the layer receives beside deviations} */
    FloatTensor current(int layer) {
        return currents.get(layer - 1);
    }

    /**
     * Sums the currents {@code up · W s*_(l-1) + down · γ Wᵀ s*_(l+1)}, and has connections note their winners. Where {@code down} is not 1,
     * the means are overwritten.
     *
     * @param imageCurrent what the image sends in every step, taken as it is; null where it comes as spikes beside this
     */
    void sumCurrents(List<DenseRoute> routes, @Nullable FloatTensor imageCurrent, float up, float down, int images) {
        for (int l = 1; l <= currents.size(); l++) {
            FloatTensor current = current(l);
            if (l == 1 && imageCurrent != null) {
                current.copyFrom(0, imageCurrent, 0, images);
                continue;
            }
            current.clear(images);
            routes.get(l - 1).forward(mean(l - 1), current, images);
            if (up != 1f) {
                Scaling.scale(current, up, images);
            }
        }
        for (int l = 2; l <= currents.size(); l++) {
            if (down != 1f) {
                Scaling.scale(mean(l), down, images);
            }
            routes.get(l - 1).backward(mean(l), current(l - 1), images);
        }
    }
}

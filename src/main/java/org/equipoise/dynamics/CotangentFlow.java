package org.equipoise.dynamics;

import java.util.List;
import org.equipoise.kernel.Kernels;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;

/**
 * The adjoint of {@code u^l = w^l ∗ q^(l-1) + γ^(l+1) w^(l+1) ⋆ q^(l+1)}, with γ the gain of the backward route over the exact
 * adjoint of the forward one: what arrives at q^l from the layer above has no gain, and what arrives from the layer below has γ^l.
 *
 * <p>Backward weights hold γ already, so sums are kept divided by it: {@code q^l = γ^l · (w^l ∗ u^(l-1) + (1 / γ^l γ^(l+1)) ·
 * (γ^(l+1) w^(l+1)) ⋆ u^(l+1))}.
 */
record CotangentFlow(Topology topology, List<ConnectionParameters> connections, Kernels kernels) {
    static CotangentFlow of(Parameters parameters, Kernels kernels) {
        return new CotangentFlow(parameters.topology(), parameters.connections(), kernels);
    }

    /**
     * @param currents cotangents of the currents of a step
     * @param sent cotangents of what the layers sent into that step, each to be multiplied by {@link #gain}; written
     * @param first first image
     * @param end one more than the last image
     */
    void run(FloatTrack currents, FloatTrack sent, int first, int end) {
        int count = end - first;
        sent.clear(0, first, end);
        for (int l = 1; l <= topology.depth(); l++) {
            FloatTensor to = sent.at(l).part(first, count);
            if (l < topology.depth()) {
                addFromAbove(l, currents.at(l + 1).part(first, count), to, count);
            }
            if (l > 1) {
                ConnectionParameters below = connections.get(l - 1);
                FloatTensor from = currents.at(l - 1).part(first, count);
                kernels.states().addForward(below.connection().geometry(), from, below.forward(), to, count);
            }
        }
    }

    private void addFromAbove(int layer, FloatTensor from, FloatTensor to, int count) {
        ConnectionParameters above = connections.get(layer);
        if (above.backward() == null) {
            throw new IllegalStateException("Layer " + layer + " has no backward weights from the layer above");
        }
        kernels.states().addBackward(above.connection().geometry(), from, above.backward(), to, count);
        float factor = 1f / (above.connection().backwardGain() * gain(layer));
        if (factor != 1f) {
            kernels.adjoints().scale(factor, to, 0, count);
        }
    }

    /** {@return the factor on what {@link #run} writes for a layer} */
    float gain(int layer) {
        return layer == 1 ? 1f : connections.get(layer - 1).connection().backwardGain();
    }
}

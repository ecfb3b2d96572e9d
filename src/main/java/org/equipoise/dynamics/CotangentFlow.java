package org.equipoise.dynamics;

import org.equipoise.kernel.AdjointKernels;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;

/**
 * The adjoint of {@code u^l = w^l ∗ q^(l-1) + γ^(l+1) w^(l+1) ⋆ q^(l+1)}, with γ the gain of the backward route over the exact
 * adjoint of the forward one: what arrives at q^l from the layer above has no gain, and what arrives from the layer below has γ^l.
 * Maximum pooling is linear at the winners of the step, which do not change with the weights but at a kink: there P has unpooling for its
 * adjoint, and P⁻¹ the pooling.
 *
 * <p>Backward weights hold γ already, so sums are kept divided by it: {@code q^l = γ^l · (w^l ∗ u^(l-1) + (1 / γ^l γ^(l+1)) ·
 * (γ^(l+1) w^(l+1)) ⋆ u^(l+1))}.
 */
record CotangentFlow(Topology topology, UnrolledRoutes routes, AdjointKernels kernels) {
    /**
     * @param currents cotangents of the currents of a step
     * @param sent cotangents of what the layers sent into that step, each to be multiplied by {@link #gain}; written
     * @param slot the step's place on the tape
     * @param tile some images
     */
    void run(FloatHistory currents, FloatHistory sent, int slot, Tile tile) {
        int first = tile.first();
        int count = tile.count();
        sent.clear(0, first, tile.end());
        for (int l = 1; l <= topology.depth(); l++) {
            FloatTensor to = sent.at(l).part(first, count);
            if (l < topology.depth()) {
                routes.at(l + 1, slot, tile).backward(currents.at(l + 1).part(first, count), to, count);
                float factor = 1f / (gain(l + 1) * gain(l));
                if (factor != 1f) {
                    kernels.scale(factor, to, 0, count);
                }
            }
            if (l > 1) {
                routes.at(l, slot, tile).gather(currents.at(l - 1).part(first, count), to, count);
            }
        }
    }

    /** {@return the factor on what {@link #run} writes for a layer} */
    float gain(int layer) {
        return layer == 1 ? 1f : topology.connections().get(layer - 1).backwardGain();
    }
}

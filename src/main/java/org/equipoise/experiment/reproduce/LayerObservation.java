package org.equipoise.experiment.reproduce;

import org.jspecify.annotations.Nullable;

/**
 * A layer after one step.
 *
 * @param layer which layer, 1 for the first hidden one
 * @param name what it is
 * @param states its activations s
 * @param decoded what those who get its spikes make of them, {@code r ← (1 − λ) r + λ q}; the activations of neurons without spikes
 * @param sent what it sends: its spikes q, or the activations of neurons without spikes
 * @param forward what it gets from below in the next step, {@code P(w ∗ q)}
 * @param forwardOfStates what that would be if the layer below sent its activations, {@code P(w ∗ s)}
 * @param backward what it gets from above in the next step, {@code w ⋆ P⁻¹(q)}
 * @param backwardOfStates what that would be if the layer above sent its activations, {@code w ⋆ P⁻¹(s)}
 * @param mismatch of the indices of the maximum pooling before it, null where there is none
 */
public record LayerObservation(
        int layer,
        String name,
        Spread states,
        Spread decoded,
        Spread sent,
        Spread forward,
        Spread forwardOfStates,
        Spread backward,
        Spread backwardOfStates,
        @Nullable IndexMismatch mismatch) {}

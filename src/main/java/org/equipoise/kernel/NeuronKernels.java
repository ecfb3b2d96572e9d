package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/** One synchronous step of the neurons of a layer. */
public interface NeuronKernels {
    /** What a nudge phase adds to the drive of the last layer of neurons: {@code −β ∂L/∂s} of a loss L. */
    sealed interface Nudge {
        /**
         * Towards a target: {@code β (y - s)} (half squared error).
         *
         * @param beta β, negative in the third phase
         * @param target y, laid out as the layer
         */
        record Towards(float beta, FloatTensor target) implements Nudge {}

        /**
         * By what has been computed from the activations before the step.
         *
         * @param drive what is added, laid out as the layer, padded lanes zero
         */
        record By(FloatTensor drive) implements Nudge {}
    }

    /**
     * The state of a spiking layer.
     *
     * @param s activations in [0, 1]
     * @param v decoded current
     * @param phi encoder residue
     * @param q spikes, packed
     * @param expected which neurons are more active than not, {@code s > ½}, packed: those that will rather fire than not
     */
    record SpikingState(FloatTensor s, FloatTensor v, FloatTensor phi, SpikeTensor q, SpikeTensor expected) {}

    /** Activation above which a neuron is expected to fire. */
    float EXPECTED_ABOVE = 0.5f;

    /**
     * Encodes the clamped image: {@code a = (x - (1-λ) x_previous) / λ; p = φ + a; q = p > θ; φ = p - q}.
     *
     * @param step constants of the step
     * @param image x in [0, 1]
     * @param first whether this is the first step, whose previous state is zero
     * @param phi encoder residue, updated
     * @param q spikes, written
     * @param images how many images, from the first
     */
    void encodeImage(SigmaDeltaStep step, FloatTensor image, boolean first, FloatTensor phi, SpikeTensor q, int images);

    /**
     * One step of spiking neurons, each operation rounded to float32, in this order:
     *
     * <pre>
     * v  = (1-λ)·v + λ·u          d = v + b          d = d + nudge   such as β·(y - s)
     * s' = clamp(s + ε·(d - s))   a = (s' - (1-λ)·s) · (1/λ)
     * p  = φ + a                  q = p > θ          φ = p - q
     * </pre>
     *
     * <p>{@code expected = s' > ½} is noted on the way.
     *
     * @param step constants of the step
     * @param current u of this step
     * @param bias b, one value a channel (padded lanes zero)
     * @param nudge what is added to the drive, or null
     * @param state the layer's state, updated
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void stepSpiking(
            SigmaDeltaStep step,
            FloatTensor current,
            MemorySegment bias,
            @Nullable Nudge nudge,
            SpikingState state,
            int firstImage,
            int endImage);

    /**
     * One step of rate neurons: {@code d = u + b (+ nudge)}, {@code s' = s + ε·(d - s)} clipped to [0, 1] for {@link
     * Activation#CLIP}, and {@code s' = s + ε·(ρ(d) - s)} for other activations.
     *
     * @param epsilon ε
     * @param activation ρ
     * @param current u of this step
     * @param bias b, one value a channel
     * @param nudge what is added to the drive, or null
     * @param s activations, updated
     * @param images how many images, from the first
     */
    void stepRate(
            float epsilon,
            Activation activation,
            FloatTensor current,
            MemorySegment bias,
            @Nullable Nudge nudge,
            FloatTensor s,
            int images);
}

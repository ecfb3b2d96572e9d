package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;

/**
 * The step of the neurons backwards: what must be recorded while a step is made, and the cotangents of its inputs and of the state
 * before it, given those of its outputs and of the state after it. A cotangent is minus the derivative of the loss, so that adding
 * it descends.
 *
 * <p>Tensors of one call have the layout of one layer and hold the same images. Every operation is rounded to float32 in the order
 * written down. Cotangents that fade on their way back would end as subnormal numbers, on which processors are slow, and are
 * flushed to zero before: {@code flush(x)} is x, or 0 where {@code |x| < }{@link #MIN}.
 */
public interface AdjointKernels {
    /** The magnitude below which a cotangent counts as zero. */
    float MIN = 0x1p-100f;

    /** How {@code ∂q/∂p} of a step was recorded. */
    sealed interface Slope {
        /**
         * One bit a neuron.
         *
         * @param window where it is 1, and not 0
         */
        record Window(SpikeTensor window) implements Slope {}

        /**
         * Any number.
         *
         * @param values one a neuron
         */
        record Values(FloatTensor values) implements Slope {}

        /** 1 everywhere, of which nothing needs to be recorded. */
        record One() implements Slope {}
    }

    /**
     * Cotangent of what a layer sent in a step, {@code gain · sent}.
     *
     * @param sent sum over all that received it
     * @param gain factor on it
     */
    record OutputCotangent(FloatTensor sent, float gain) {}

    /**
     * Cotangents of the state of spiking neurons between two steps.
     *
     * @param s of the activation
     * @param v of the decoded current
     * @param phi of the encoder's residue
     */
    record StateCotangents(FloatTensor s, FloatTensor v, FloatTensor phi) {}

    /**
     * Cotangents of what a layer got in a step.
     *
     * @param current of its current u, written
     * @param bias of its bias, summed over positions in their order, added to: one position of the layer's channels
     */
    record InputCotangents(FloatTensor current, FloatTensor bias) {}

    /**
     * Records which neurons' activations a step did not clip: those with {@code 0 ≤ s + ε·(d − s) ≤ 1} for {@link Activation#CLIP} and
     * {@code 0 ≤ d/2 ≤ 1} for {@link Activation#HALF_CLIP}, where {@code d = drive + b}; the bounds are let through.
     *
     * @param epsilon ε
     * @param activation one of these two
     * @param drive u of rate neurons, v of spiking ones, of that step
     * @param bias b, one value a channel
     * @param before s before the step
     * @param unclipped written
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void recordUnclipped(
            float epsilon,
            Activation activation,
            FloatTensor drive,
            MemorySegment bias,
            FloatTensor before,
            SpikeTensor unclipped,
            int firstImage,
            int endImage);

    /**
     * Records where {@link Surrogate.Rectangular} is 1, with {@code p = φ + q}.
     *
     * @param threshold θ
     * @param width half the width of the window
     * @param phi φ after the step
     * @param q spikes of the step
     * @param window written
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void recordWindow(
            float threshold,
            float width,
            FloatTensor phi,
            SpikeTensor q,
            SpikeTensor window,
            int firstImage,
            int endImage);

    /**
     * Records the values of {@link Surrogate.FastSigmoid}: {@code p = φ + q; r = 1 + |p − θ| / width; 1 / (r·r)}.
     *
     * @param threshold θ
     * @param width distance from θ at which it has fallen to a quarter
     * @param phi φ after the step
     * @param q spikes of the step
     * @param slope written
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void recordSlope(
            float threshold,
            float width,
            FloatTensor phi,
            SpikeTensor q,
            FloatTensor slope,
            int firstImage,
            int endImage);

    /**
     * Goes back through a step of rate neurons whose activation clips.
     *
     * <pre>
     * g = flush(s + gain·sent)  m = unclipped ? g : 0
     * clip:       u = m·ε              s = m·(1 − ε)
     * half-clip:  u = (m·½)·ε          s = g·(1 − ε)
     * bias += u
     * </pre>
     *
     * @param epsilon ε of the step
     * @param activation one of these two
     * @param output cotangent of what the layer sent in the next step
     * @param unclipped what {@link #recordUnclipped} recorded
     * @param s cotangent of the activation after the step on entry, before it on return
     * @param input cotangents of u and b
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void backClipped(
            float epsilon,
            Activation activation,
            OutputCotangent output,
            SpikeTensor unclipped,
            FloatTensor s,
            InputCotangents input,
            int firstImage,
            int endImage);

    /**
     * Goes back through a step of rate neurons whose activation is smooth; ρ is taken from the states around the step.
     *
     * <pre>
     * ρ = before + (after − before)·(1/ε)      sigmoid: r = (ρ·4)·(1 − ρ)     tanh: r = 1 − ρ·ρ
     * g = flush(s + gain·sent)                 u = (g·r)·ε     s = g·(1 − ε)     bias += u
     * </pre>
     *
     * @param epsilon ε of the step
     * @param activation {@link Activation#SIGMOID} or {@link Activation#TANH}
     * @param output cotangent of what the layer sent in the next step
     * @param before s before the step
     * @param after s after the step
     * @param s cotangent of the activation after the step on entry, before it on return
     * @param input cotangents of u and b
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void backSmooth(
            float epsilon,
            Activation activation,
            OutputCotangent output,
            FloatTensor before,
            FloatTensor after,
            FloatTensor s,
            InputCotangents input,
            int firstImage,
            int endImage);

    /**
     * Goes back through a step of spiking neurons. With the slope r of a spike:
     *
     * <pre>
     * c = gain·sent
     * p = flush(r·c + (1 − r)·φ)  reset attached      p = flush(r·c + φ)  reset detached      φ = p
     * a = p·(1/λ)                 m = flush(unclipped ? s + a : 0)
     * d = m·ε                     v = flush(v + d)    u = v·λ
     * s = m·(1 − ε) − a·(1 − λ)                       v = v·(1 − λ)       bias += d
     * </pre>
     *
     * <p>A recorded window chooses between the values that {@code r = 1} and {@code r = 0} give.
     *
     * @param step constants of the step
     * @param attached whether the gradient flows through the spike that is taken off the encoder's residue
     * @param output cotangent of the spikes of the step
     * @param unclipped what {@link #recordUnclipped} recorded
     * @param slope r
     * @param state cotangents of the state after the step on entry, before it on return
     * @param input cotangents of u and b
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void backSpiking(
            SigmaDeltaStep step,
            boolean attached,
            OutputCotangent output,
            SpikeTensor unclipped,
            Slope slope,
            StateCotangents state,
            InputCotangents input,
            int firstImage,
            int endImage);

    /**
     * Writes spikes as float32, 1 or 0, and 0 between the last neuron and the next image.
     *
     * @param spikes packed spikes
     * @param to written
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void expand(SpikeTensor spikes, FloatTensor to, int firstImage, int endImage);

    /**
     * Multiplies all values by a factor.
     *
     * @param factor the factor
     * @param values updated
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void scale(float factor, FloatTensor values, int firstImage, int endImage);
}

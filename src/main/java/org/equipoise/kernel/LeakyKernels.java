package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/** One synchronous step of leaky integrate-and-fire neurons whose firing rates are read by low-pass filters. */
public interface LeakyKernels {
    /** Potential above which a pixel's encoder fires. */
    float ENCODER_THRESHOLD = 0.5f;

    /**
     * The constants of a step.
     *
     * @param keep {@code 1 − γ}, what a membrane keeps of its potential
     * @param threshold θ, the potential above which a neuron fires, and what a spike takes off it
     * @param filter κ, the weight of the newest value in the low-pass filters
     */
    record LeakyStep(float keep, float threshold, float filter) {}

    /**
     * The state of a layer.
     *
     * @param v membrane potential, in [−θ, θ]
     * @param q spikes of the last step, packed
     * @param rate r, the spikes filtered once, in [0, 1]: the neuron's firing rate ρ
     * @param slow r̄, the spikes filtered twice
     */
    record LeakyState(FloatTensor v, SpikeTensor q, FloatTensor rate, FloatTensor slow) {}

    /**
     * Encodes the clamped image by integrating it: {@code v = v + x;  q = v > ½;  v = v − q}. A pixel fires at the rate x.
     *
     * @param image x in [0, 1]
     * @param v potential of the encoder, updated
     * @param q spikes, written
     * @param images how many images, from the first
     */
    void encodeImage(FloatTensor image, FloatTensor v, SpikeTensor q, int images);

    /**
     * One step, each operation rounded to float32, in this order:
     *
     * <pre>
     * v = keep·v + (u + b)       v = v + nudge     such as β·(y − r)
     * q = v > θ ? 1 : 0          v = clamp(v − θ·q, −θ, θ)
     * r = r + κ·(q − r)          r̄ = r̄ + κ·(r − r̄)
     * </pre>
     *
     * <p>Without leak, a constant current {@code I} makes a neuron fire at the rate {@code clip(I/θ, 0, 1)}.
     *
     * @param step constants
     * @param current u of this step
     * @param bias b, one value a channel (padded lanes zero)
     * @param nudge what is added to the potential, computed from r, or null
     * @param state the layer's state, updated
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void step(
            LeakyStep step,
            FloatTensor current,
            MemorySegment bias,
            @Nullable Nudge nudge,
            LeakyState state,
            int firstImage,
            int endImage);

    /**
     * What EqSpike multiplies, as a sum and a difference. With {@code ρ̇ = κ·(r − r̄)}, the change of the twice filtered spikes that the
     * next step would bring at the present rate:
     *
     * <pre>
     * sum = q + ρ̇       difference = q − ρ̇
     * </pre>
     *
     * <p>so that {@code ½ (sum_i sum_j − difference_i difference_j) = ρ̇_i q_j + q_i ρ̇_j}.
     *
     * @param step constants
     * @param state the layer's state
     * @param sum written from {@code firstImage} on
     * @param difference written from {@code firstImage} on
     * @param firstImage the image of the results that is the state's first
     * @param images how many images
     */
    void spikesAndChanges(
            LeakyStep step, LeakyState state, FloatTensor sum, FloatTensor difference, int firstImage, int images);
}

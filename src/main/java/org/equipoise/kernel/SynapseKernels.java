package org.equipoise.kernel;

import org.equipoise.tensor.Events;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;

/**
 * What weights do to spikes and to real-valued states: the convolution {@code w ∗ q} and its transpose {@code w ⋆ q}, by adding one
 * weight row for each neuron that sends.
 *
 * <p>Forward weights have one row of target channels for each {@code (ky, kx, source channel)}; backward weights one row of
 * source channels for each {@code (ky, kx, target channel)}. Rows are multiplied by their factor and added with one rounding (a
 * fused multiply-add, exact for factors of 1 and -1).
 */
public interface SynapseKernels {
    /**
     * Lists the neurons whose spikes differ from a reference: factor 1 where a neuron fired and the reference has no spike, -1 the
     * other way round. With a silent reference these are the spikes.
     *
     * @param spikes packed spikes
     * @param reference packed spikes to compare with
     * @param events the list, written
     * @param images how many images, from the first
     */
    void decode(SpikeTensor spikes, SpikeTensor reference, Events events, int images);

    /**
     * Lists the neurons whose state is not zero, with their states as factors.
     *
     * @param states real-valued states
     * @param events the list, written
     * @param images how many images, from the first
     */
    void decodeStates(FloatTensor states, Events events, int images);

    /**
     * {@code to[y, x] = from[y, x] + Σ factor · w[ky, kx, c]} over the events in the window of each target position, added one row
     * after the other in the order {@code ky}, {@code kx}, {@code c}.
     *
     * @param geometry the window
     * @param source events of the source layer
     * @param weights forward layout
     * @param from what the sum starts from, laid out as the target layer; may be {@code to} itself
     * @param to current of the target layer, written
     * @param images how many images, from the first
     */
    void addForward(
            ConvolutionGeometry geometry,
            Events source,
            WeightBlocks weights,
            FloatTensor from,
            FloatTensor to,
            int images);

    /**
     * {@code current[y·stride + ky - padding, x·stride + kx - padding] += Σ factor · w[ky, kx, c]} over the events {@code c} of each
     * target position {@code (y, x)}, added one row after the other in the order {@code ky}, {@code kx}, {@code c}.
     *
     * @param geometry the window
     * @param target events of the target layer
     * @param weights backward layout
     * @param current current of the source layer, added to
     * @param images how many images, from the first
     */
    void addBackward(
            ConvolutionGeometry geometry, Events target, WeightBlocks weights, FloatTensor current, int images);
}

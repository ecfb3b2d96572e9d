package org.equipoise.kernel;

import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;

/**
 * Maximum pooling P, its inverse P⁻¹, and the adjoint of each where it is linear: at fixed winners.
 *
 * <p>The winners of all windows, the indices that P⁻¹ remembers, are one bit for each neuron of the convolution's map: set for the
 * member of each window, channel by channel, that was the greatest. So P⁻¹ on packed spikes is a bitwise and.
 *
 * <p>With the winners that {@link #addMaximum} noted, {@link #unpool(PoolingWindow, FloatTensor, SpikeTensor, int, FloatTensor, int,
 * int)} is the adjoint of the pooling, and {@link #addWinners} the adjoint of the unpooling.
 */
public interface PoolingKernels {
    /**
     * {@code to[y, x, c] += max} over the members of each window, and which member that was. Of equal maxima the first wins, rows first,
     * as in PyTorch.
     *
     * @param window the pooling
     * @param convolved the map
     * @param to current of the layer, added to
     * @param winners bits of the map, written; those of dropped rows and columns stay as they are, zero
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void addMaximum(
            PoolingWindow window,
            FloatTensor convolved,
            FloatTensor to,
            SpikeTensor winners,
            int firstImage,
            int endImage);

    /**
     * {@code to[y, x, c] += } the winning member of each window; what {@link #addMaximum} adds if it picked these winners.
     *
     * @param window the pooling
     * @param convolved the map
     * @param winners bits of the map, one in each window and channel
     * @param to current of the layer, added to
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void addWinners(
            PoolingWindow window,
            FloatTensor convolved,
            SpikeTensor winners,
            FloatTensor to,
            int firstImage,
            int endImage);

    /**
     * Writes the states of a layer to the winners of their windows and zero to the rest of the map, for some or all lanes of the
     * channels: {@code map[position, lane] = pooled[window of position, firstLane + lane]}.
     *
     * @param window the pooling
     * @param pooled states of the layer
     * @param winners bits of the map
     * @param firstLane the first channel taken, a multiple of 16
     * @param map written; as the map of the window but for its lanes, of which it may have fewer
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void unpool(
            PoolingWindow window,
            FloatTensor pooled,
            SpikeTensor winners,
            int firstLane,
            FloatTensor map,
            int firstImage,
            int endImage);

    /**
     * Sends the spikes of a layer to the winners of their windows; all others of the map stay silent.
     *
     * @param window the pooling
     * @param pooled spikes of the layer
     * @param winners bits of the map
     * @param map spikes of the map, written
     * @param firstImage first image
     * @param endImage one more than the last image
     */
    void unpool(
            PoolingWindow window,
            SpikeTensor pooled,
            SpikeTensor winners,
            SpikeTensor map,
            int firstImage,
            int endImage);
}

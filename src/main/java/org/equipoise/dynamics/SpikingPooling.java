package org.equipoise.dynamics;

import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.ErrorLayouts;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeEvents;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * What a connection with maximum pooling adds to the currents of the layers at its ends. A maximum is not linear, so such a connection
 * has no share in the bases of expected spikes: in every step the convolution's map is summed from all spikes.
 *
 * <p>P⁻¹ sends the spikes of the step before to the winners of this step, as in {@link DenseCurrents}. In a rate network at equilibrium
 * these are the neurons that drove those that send; spikes, which encode a current of many steps past, they need not match, which is
 * the mismatch that the paper describes. Winners by activations ({@link org.equipoise.config.Pooling.Winners}) are noted before the step.
 *
 * @param parameters the connection
 * @param window its pooling
 * @param kernels the arithmetic
 * @param below spikes of the layer below, all of them
 * @param layer spikes of the connection's layer
 * @param buffers room for maps and for spikes at the winners
 * @param worker whose room that is
 * @param events room for lists of spikes
 * @param winners of the last forward step
 */
record SpikingPooling(
        ConnectionParameters parameters,
        PoolingWindow window,
        Kernels kernels,
        SpikeDifference below,
        SpikeTensor layer,
        PoolingBuffers buffers,
        int worker,
        SpikeEvents events,
        SpikeTensor winners) {
    /** {@return the same connection as it carries activations, with the same memory for winners} */
    DenseRoute ofStates() {
        return new DenseRoute.Maximum(parameters, window, kernels, buffers.map(0, window), winners);
    }

    /**
     * {@code to += P(w ∗ q)}, by the winners of {@code w ∗ q}, which are noted, or by those noted last.
     *
     * @param errors the layouts that amplify errors, or null
     * @param noted whether winners are those noted last
     * @param to current of the layer
     * @param first first image
     * @param end one more than the last image, at most a group from the first
     */
    void forward(@Nullable ErrorLayouts errors, boolean noted, FloatTensor to, int first, int end) {
        WeightBlocks weights = errors == null ? parameters.forward() : errors.forward();
        FloatTensor map = buffers.map(worker, window).from(first);
        map.clear(end - first);
        kernels.spikes().addForward(parameters.connection().geometry(), below, weights, map, map, first, end);
        if (noted) {
            kernels.pooling().addWinners(window, map, winners, to, first, end);
        } else {
            kernels.pooling().addMaximum(window, map, to, winners, first, end);
        }
    }

    /**
     * {@code to += w ⋆ P⁻¹(q)}; nothing towards the image.
     *
     * @param errors the layouts that amplify them, or null
     * @param to current of the layer below
     * @param first first image
     * @param end one more than the last image
     */
    void backward(@Nullable ErrorLayouts errors, FloatTensor to, int first, int end) {
        WeightBlocks weights = errors == null ? parameters.feedback() : errors.backward();
        if (weights == null) {
            return;
        }
        int count = end - first;
        SpikeTensor unpooled = buffers.unpooled(worker, window);
        kernels.pooling().unpool(window, layer.part(first, count), winners.part(first, count), unpooled, 0, count);
        kernels.spikes()
                .addBackward(
                        parameters.connection().geometry(),
                        new SpikeDifference(unpooled, buffers.silence(window), events),
                        weights,
                        to.part(first, count),
                        0,
                        count);
    }
}

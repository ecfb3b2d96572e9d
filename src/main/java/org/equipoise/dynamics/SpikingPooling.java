package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeEvents;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * What a connection with maximum pooling adds to the currents of the layers at its ends. A maximum is not linear, so such a connection
 * has no share in the bases of expected spikes: in every step the convolution's map is summed from all spikes.
 *
 * <p>P⁻¹ sends the spikes of the step before to the winners of this step, as in {@link RateSettling}. In a rate network at equilibrium
 * these are the neurons that drove those that send; spikes, which encode a current of many steps past, they need not match, which is
 * the mismatch that the paper describes.
 *
 * @param parameters the connection
 * @param window its pooling
 * @param kernels the arithmetic
 * @param below spikes of the layer below
 * @param layer spikes of the connection's layer
 * @param map room for the maps of a group of images
 * @param unpooled room for the spikes at the winners
 * @param winners of the last forward step
 */
record SpikingPooling(
        ConnectionParameters parameters,
        PoolingWindow window,
        Kernels kernels,
        SpikeDifference below,
        SpikeTensor layer,
        FloatTensor map,
        SpikeDifference unpooled,
        SpikeTensor winners) {

    /** What each connection between layers has of it: null where there is no maximum pooling. */
    static List<@Nullable SpikingPooling> ofEach(
            List<ConnectionParameters> connections,
            int depth,
            Kernels kernels,
            PoolingMemory memory,
            IntFunction<SpikeTensor> spikes,
            SpikeEvents events) {
        List<@Nullable SpikingPooling> poolings = new ArrayList<>();
        for (int l = 1; l <= depth; l++) {
            poolings.add(of(connections.get(l - 1), l, kernels, memory, spikes.apply(l - 1), spikes.apply(l), events));
        }
        return poolings;
    }

    private static @Nullable SpikingPooling of(
            ConnectionParameters parameters,
            int number,
            Kernels kernels,
            PoolingMemory memory,
            SpikeTensor below,
            SpikeTensor layer,
            SpikeEvents events) {
        PoolingWindow window = parameters.connection().maximum();
        if (window == null) {
            return null;
        }
        return new SpikingPooling(
                parameters,
                window,
                kernels,
                new SpikeDifference(below, memory.silence(below.layout()), events),
                layer,
                memory.map(window),
                new SpikeDifference(memory.unpooled(window), memory.silence(window.convolved()), events),
                memory.winners(number, window));
    }

    /**
     * {@code to = from + P(w ∗ q)}, noting the winners.
     *
     * @param from what the sum starts from, laid out as the layer
     * @param to current of the layer, written
     * @param first first image
     * @param end one more than the last image, at most a group from the first
     */
    void forward(FloatTensor from, FloatTensor to, int first, int end) {
        FloatTensor maps = map.from(first);
        map.clear(end - first);
        kernels.spikes()
                .addForward(parameters.connection().geometry(), below, parameters.forward(), maps, maps, first, end);
        to.copyFrom(first, from, first, end - first);
        kernels.pooling().addMaximum(window, maps, to, winners, first, end);
    }

    /**
     * {@code to += w ⋆ P⁻¹(q)}; nothing towards the image.
     *
     * @param to current of the layer below, added to
     * @param first first image
     * @param end one more than the last image
     */
    void backward(FloatTensor to, int first, int end) {
        WeightBlocks weights = parameters.backward();
        if (weights != null) {
            kernels.pooling().unpool(window, layer, winners, unpooled.spikes(), first, end);
            kernels.spikes().addBackward(parameters.connection().geometry(), unpooled, weights, to, first, end);
        }
    }
}

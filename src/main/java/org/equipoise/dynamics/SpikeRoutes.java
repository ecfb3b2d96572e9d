package org.equipoise.dynamics;

import java.util.List;
import org.equipoise.kernel.ConvolutionGeometry;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeEvents;
import org.equipoise.tensor.SpikeTensor;

/**
 * What connections do to spikes in a step that is unrolled: they carry all spikes, those that differ from none at all. A connection with
 * maximum pooling carries forward before it carries back, and notes the winners on the tape.
 *
 * @param connections the network's weights, read only
 * @param kernels the arithmetic
 * @param spikes spikes of all layers
 * @param none no spikes of all layers
 * @param events room of each worker for lists of spikes
 * @param pooling where maps lie
 * @param winners of the steps on the tape
 */
record SpikeRoutes(
        List<ConnectionParameters> connections,
        Kernels kernels,
        History<SpikeTensor> spikes,
        History<SpikeTensor> none,
        List<SpikeEvents> events,
        PoolingBuffers pooling,
        History<SpikeTensor> winners) {
    /** {@code current += P(w ∗ q)}, with the current and q of the layers at the ends of the connection that leads to {@code layer}. */
    void forward(int layer, FloatTensor current, int slot, Tile tile) {
        ConnectionParameters parameters = connections.get(layer - 1);
        ConvolutionGeometry geometry = parameters.connection().geometry();
        PoolingWindow window = parameters.connection().maximum();
        SpikeTensor won = winners.find(slot, layer);
        SpikeDifference below = all(layer - 1, tile.worker());
        int together = EventBuffers.together(parameters.connection(), tile.count());
        for (int first = tile.first(); first < tile.end(); first += together) {
            int end = Math.min(tile.end(), first + together);
            if (window == null || won == null) {
                kernels.spikes().addForward(geometry, below, parameters.forward(), current, current, first, end);
            } else {
                FloatTensor map = pooling.map(tile.worker(), window).from(first);
                map.clear(end - first);
                kernels.spikes().addForward(geometry, below, parameters.forward(), map, map, first, end);
                kernels.pooling().addMaximum(window, map, current, won, first, end);
            }
        }
    }

    /** {@code current += w ⋆ P⁻¹(q)}; nothing towards the image. */
    void backward(int layer, FloatTensor current, int slot, Tile tile) {
        ConnectionParameters parameters = connections.get(layer - 1);
        WeightBlocks weights = parameters.backward();
        if (weights == null) {
            return;
        }
        PoolingWindow window = parameters.connection().maximum();
        SpikeTensor won = winners.find(slot, layer);
        int together = EventBuffers.together(parameters.connection(), tile.count());
        for (int first = tile.first(); first < tile.end(); first += together) {
            Tile group = new Tile(tile.worker(), first, Math.min(tile.end(), first + together));
            if (window == null || won == null) {
                SpikeDifference sent = all(layer, tile.worker());
                kernels.spikes()
                        .addBackward(
                                parameters.connection().geometry(), sent, weights, current, group.first(), group.end());
            } else {
                backFromWinners(parameters, weights, window, layer, won, current, group);
            }
        }
    }

    private void backFromWinners(
            ConnectionParameters parameters,
            WeightBlocks weights,
            PoolingWindow window,
            int layer,
            SpikeTensor won,
            FloatTensor current,
            Tile group) {
        int first = group.first();
        int count = group.count();
        SpikeTensor unpooled = pooling.unpooled(group.worker(), window);
        kernels.pooling()
                .unpool(window, spikes.at(layer).part(first, count), won.part(first, count), unpooled, 0, count);
        SpikeDifference sent = new SpikeDifference(unpooled, pooling.silence(window), events.get(group.worker()));
        kernels.spikes()
                .addBackward(parameters.connection().geometry(), sent, weights, current.part(first, count), 0, count);
    }

    private SpikeDifference all(int layer, int worker) {
        return new SpikeDifference(spikes.at(layer), none.at(layer), events.get(worker));
    }
}

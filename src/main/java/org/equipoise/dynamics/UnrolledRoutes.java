package org.equipoise.dynamics;

import java.util.List;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.tensor.SpikeTensor;

/**
 * What connections do to real values in a step that is unrolled: activations on their way forward, cotangents on their way back, both
 * by the winners that the tape holds of the step.
 *
 * @param connections the network's weights, read only
 * @param kernels the arithmetic
 * @param room where maps lie
 * @param winners of the steps on the tape
 */
record UnrolledRoutes(List<ConnectionParameters> connections, Kernels kernels, MapBuffers room, WinnerHistory winners) {
    /**
     * @param layer which layer the connection leads to, from 1
     * @param slot the step's place on the tape
     * @param tile some images
     * @return the connection for these images, numbered from 0
     */
    DenseRoute at(int layer, int slot, Tile tile) {
        ConnectionParameters parameters = connections.get(layer - 1);
        PoolingWindow window = parameters.connection().maximum();
        SpikeTensor won = winners.at(slot, layer);
        return window == null || won == null
                ? new DenseRoute.Direct(parameters, kernels.states())
                : new DenseRoute.Maximum(
                        parameters,
                        window,
                        kernels,
                        room.map(tile.worker(), window),
                        won.part(tile.first(), tile.count()));
    }
}

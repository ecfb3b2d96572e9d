package org.equipoise.dynamics;

import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.NeuronSettings;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;

/**
 * The only step of rate neurons that nothing is sent back to: layers move one after the other, each by what the one below has come to in
 * the same step, and are walked back in the other order.
 */
final class FeedForwardPass extends RateUnrolling {
    /** The tape has the state before the pass, which is zero, and that after it. */
    private static final int BEFORE = 0;

    private static final int AFTER = 1;

    FeedForwardPass(
            MemoryScope memory,
            NeuronSettings.Rate neuron,
            Backpropagation settings,
            Parameters parameters,
            Kernels kernels,
            int images,
            Tiling tiling) {
        super(memory, neuron, settings, 1, parameters, kernels, images, tiling);
    }

    @Override
    void tapedStep(int step, Tile tile) {
        int first = tile.first();
        int count = tile.count();
        states.copy(AFTER, states, BEFORE, tile);
        currents.at(1).copyFrom(first, imageCurrent, first, count);
        for (int l = 1; l <= topology.depth(); l++) {
            if (l > 1) {
                FloatTensor current = currents.at(l).part(first, count);
                current.clear(count);
                route(l, BEFORE, tile).forward(states.at(AFTER, l - 1).part(first, count), current, count);
            }
            move(l, 1f, BEFORE, AFTER, tile);
        }
    }

    @Override
    void backStep(int step, Tile tile) {
        int first = tile.first();
        int count = tile.count();
        for (int l = topology.depth(); l > 0; l--) {
            backLayer(l, step, tile);
            if (l > 1) {
                FloatTensor below = cotangents.sent().at(l - 1).part(first, count);
                below.clear(count);
                route(l, BEFORE, tile).backward(currentCotangent(l).part(first, count), below, count);
            }
        }
    }

    @Override
    public FloatTensor sent(int step, int layer) {
        return layer == 0 ? image() : states.at(AFTER, layer);
    }
}

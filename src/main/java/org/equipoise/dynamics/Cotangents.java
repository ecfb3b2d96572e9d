package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.equipoise.kernel.AdjointKernels.InputCotangents;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.jspecify.annotations.Nullable;

/**
 * The cotangents of a batch on its way back through time.
 *
 * @param state of the state between two steps, by quantity
 * @param sent of what the layers sent; between a step and its weight gradients free for what they did send
 * @param currents of the currents
 * @param biases of the biases, for each image one position of the layer's channels
 */
record Cotangents(
        Map<String, History<FloatTensor>> state,
        History<FloatTensor> sent,
        History<FloatTensor> currents,
        History<FloatTensor> biases) {
    static Cotangents in(MemoryScope memory, List<String> quantities, Topology topology, int images) {
        List<@Nullable LayerLayout> neurons = History.neurons(topology);
        Map<String, History<FloatTensor>> state = new LinkedHashMap<>();
        for (String quantity : quantities) {
            state.put(quantity, of(quantity, memory, neurons, images));
        }
        List<@Nullable LayerLayout> channels = new ArrayList<>();
        for (LayerLayout layout : neurons) {
            channels.add(layout == null ? null : LayerLayout.ofNeurons(layout.channels(), 1, 1));
        }
        return new Cotangents(
                state,
                of("sent", memory, neurons, images),
                of("current", memory, neurons, images),
                of("bias", memory, channels, images));
    }

    private static History<FloatTensor> of(
            String part, MemoryScope memory, List<@Nullable LayerLayout> layouts, int images) {
        return History.floats(memory, Account.STATES, "cotangent." + part, layouts, images, 1);
    }

    /** Starts the way back. */
    void clear(Tile tile) {
        state.values().forEach(quantity -> quantity.clear(0, tile));
        sent.clear(0, tile);
        biases.clear(0, tile);
    }

    History<FloatTensor> state(String quantity) {
        return Objects.requireNonNull(state.get(quantity));
    }

    FloatTensor state(String quantity, int layer) {
        return state(quantity).at(layer);
    }

    InputCotangents input(int layer) {
        return new InputCotangents(currents.at(layer), biases.at(layer));
    }
}

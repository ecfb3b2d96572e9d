package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Connection;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeEvents;
import org.equipoise.tensor.SpikeTensor;

/**
 * The memory that maximum pooling takes in a tile: the winners of each pooled layer and, shared by all of them, room for the maps of
 * a group of images and for unpooled spikes. Networks without it take none.
 *
 * @param arena the tile's memory
 * @param images the most images of a tile
 * @param together images whose maps lie in memory at once
 */
record PoolingMemory(OffHeapArena arena, int images, int together) {
    private static final String MAP = "map";
    private static final String UNPOOLED = "unpooled spikes";
    private static final String SILENCE = "silence";

    static void plan(MemoryPlan.Builder plan, Topology topology, int images, int together) {
        long largest = 0;
        for (int l = 1; l <= topology.depth(); l++) {
            Connection connection = topology.connections().get(l - 1);
            PoolingWindow window = connection.maximum();
            if (window != null) {
                LayerLayout map = window.convolved();
                plan.words(Account.SPIKES, SpikingLayer.name(l, "winners"), SpikeTensor.wordsNeeded(map, images));
                largest = Math.max(largest, FloatTensor.floatsNeeded(map, together));
            }
        }
        if (largest > 0) {
            plan.floats(Account.SCRATCH, MAP, largest);
        }
    }

    /** What spiking neurons need beside: spikes at the winners, and none at all, which spikes are compared with. */
    static void planSpikes(MemoryPlan.Builder plan, Topology topology, int images) {
        long largest = 0;
        long longest = 0;
        for (int l = 1; l <= topology.depth(); l++) {
            PoolingWindow window = topology.connections().get(l - 1).maximum();
            if (window != null) {
                largest = Math.max(largest, SpikeTensor.wordsNeeded(window.convolved(), images));
                longest = Math.max(longest, SpikeTensor.wordsNeeded(topology.layout(l - 1), images));
            }
        }
        if (largest > 0) {
            plan.words(Account.SPIKES, UNPOOLED, largest);
            plan.words(Account.SPIKES, SILENCE, Math.max(largest, longest));
        }
    }

    /** As many spikes come back to a convolution's map as its layer sends, but to more places, where lists of them start. */
    static long startsNeeded(Topology topology, int together) {
        long starts = 0;
        for (Connection connection : topology.connections()) {
            PoolingWindow window = connection.maximum();
            if (window != null) {
                starts = Math.max(starts, SpikeEvents.startsNeeded(window.convolved(), together));
            }
        }
        return starts;
    }

    /** Room for the spikes that are sent back to the winners. */
    SpikeTensor unpooled(PoolingWindow window) {
        return new SpikeTensor(arena.segment(UNPOOLED), window.convolved(), images);
    }

    /** No spikes, of any layer. */
    SpikeTensor silence(LayerLayout layout) {
        return new SpikeTensor(arena.segment(SILENCE), layout, images);
    }

    /** The winners of the pooling before a layer, one bit for each neuron of the convolution's map. */
    SpikeTensor winners(int layer, PoolingWindow window) {
        return new SpikeTensor(arena.segment(SpikingLayer.name(layer, "winners")), window.convolved(), images);
    }

    /** The winners of every pooling of the network. */
    List<SpikeTensor> winners(Topology topology) {
        List<SpikeTensor> winners = new ArrayList<>();
        for (int l = 1; l <= topology.depth(); l++) {
            PoolingWindow window = topology.connections().get(l - 1).maximum();
            if (window != null) {
                winners.add(winners(l, window));
            }
        }
        return winners;
    }

    /** Room for the maps of a group of images. */
    FloatTensor map(PoolingWindow window) {
        return new FloatTensor(arena.segment(MAP), window.convolved(), together);
    }
}

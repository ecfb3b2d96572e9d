package org.equipoise.dynamics;

import org.equipoise.kernel.PoolingWindow;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Connection;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.SpikeTensor;

/**
 * Room of each worker for the maps of a group of images between a convolution and its maximum pooling and, for spikes, for those that are
 * sent back to the winners. Connections share it, one after the other; networks without maximum pooling take none.
 *
 * @param arena the memory
 * @param group images of a group
 */
record MapBuffers(OffHeapArena arena, int group) {
    private static final String MAP = "map ";
    private static final String UNPOOLED = "unpooled spikes ";
    private static final String SILENCE = "silence";

    static MapBuffers of(OffHeapArena arena, Tiling tiling) {
        return new MapBuffers(arena, group(tiling));
    }

    private static int group(Tiling tiling) {
        return Math.min(tiling.most(), EventBuffers.GROUP);
    }

    static void plan(MemoryPlan.Builder plan, Topology topology, Tiling tiling) {
        long largest = 0;
        for (Connection connection : topology.connections()) {
            PoolingWindow window = connection.maximum();
            if (window != null) {
                largest = Math.max(largest, FloatTensor.floatsNeeded(window.convolved(), group(tiling)));
            }
        }
        for (int worker = 0; largest > 0 && worker < tiling.workers(); worker++) {
            plan.floats(Account.SCRATCH, MAP + worker, largest);
        }
    }

    /** What spiking neurons need beside: spikes at the winners, and none at all, which spikes are compared with. */
    static void planSpikes(MemoryPlan.Builder plan, Topology topology, Tiling tiling) {
        long largest = 0;
        for (Connection connection : topology.connections()) {
            PoolingWindow window = connection.maximum();
            if (window != null) {
                largest = Math.max(largest, SpikeTensor.wordsNeeded(window.convolved(), group(tiling)));
            }
        }
        if (largest > 0) {
            plan.words(Account.SPIKES, SILENCE, largest);
            for (int worker = 0; worker < tiling.workers(); worker++) {
                plan.words(Account.SPIKES, UNPOOLED + worker, largest);
            }
        }
    }

    /** Room for the maps of a group of images. */
    FloatTensor map(int worker, PoolingWindow window) {
        return new FloatTensor(arena.segment(MAP + worker), window.convolved(), group);
    }

    /** Room for the spikes of a group of images that are sent back to the winners. */
    SpikeTensor unpooled(int worker, PoolingWindow window) {
        return new SpikeTensor(arena.segment(UNPOOLED + worker), window.convolved(), group);
    }

    /** No spikes of a map. */
    SpikeTensor silence(PoolingWindow window) {
        return new SpikeTensor(arena.segment(SILENCE), window.convolved(), group);
    }
}

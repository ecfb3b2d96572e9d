package org.equipoise.dynamics;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Connection;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Room of each worker for the maps of a group of images between a convolution and its maximum pooling and, for spikes, for those that are
 * sent back to the winners. Connections share it, one after the other; networks without maximum pooling take none.
 *
 * @param maps of each worker
 * @param unpooled the same for spikes at the winners; empty where neurons do not spike
 * @param silence no spikes, which spikes are compared with
 * @param group images of a group
 */
record PoolingBuffers(
        List<MemorySegment> maps,
        List<MemorySegment> unpooled,
        @Nullable MemorySegment silence,
        int group) {
    /**
     * @param memory where the memory comes from
     * @param topology the network
     * @param tiling how many workers there are, and how many images each has at most
     * @return room for maps alone
     */
    static PoolingBuffers in(MemoryScope memory, Topology topology, Tiling tiling) {
        int group = Math.min(tiling.most(), EventBuffers.GROUP);
        List<MemorySegment> maps = new ArrayList<>();
        long floats = largest(topology, map -> FloatTensor.floatsNeeded(map, group));
        for (int worker = 0; floats > 0 && worker < tiling.workers(); worker++) {
            maps.add(memory.floats(Account.SCRATCH, "map " + worker, floats));
        }
        return new PoolingBuffers(maps, List.of(), null, group);
    }

    /**
     * @param memory where the memory comes from
     * @param topology the network
     * @param tiling how many workers there are, and how many images each has at most
     * @param silentWords words of the largest spikes that are compared with none, beside those of maps
     * @return room for maps and for spikes
     */
    static PoolingBuffers forSpikes(MemoryScope memory, Topology topology, Tiling tiling, long silentWords) {
        PoolingBuffers buffers = in(memory, topology, tiling);
        List<MemorySegment> unpooled = new ArrayList<>();
        long words = largest(topology, map -> SpikeTensor.wordsNeeded(map, buffers.group));
        for (int worker = 0; words > 0 && worker < tiling.workers(); worker++) {
            unpooled.add(memory.words(Account.SPIKES, "unpooled spikes " + worker, words));
        }
        long silent = Math.max(words, silentWords);
        return new PoolingBuffers(
                buffers.maps,
                unpooled,
                silent == 0 ? null : memory.words(Account.SPIKES, "silence", silent),
                buffers.group);
    }

    private interface Size {
        long of(LayerLayout map);
    }

    private static long largest(Topology topology, Size size) {
        return topology.connections().stream()
                .map(Connection::maximum)
                .filter(Objects::nonNull)
                .mapToLong(window -> size.of(window.convolved()))
                .max()
                .orElse(0);
    }

    /** Room for the maps of a group of images. */
    FloatTensor map(int worker, PoolingWindow window) {
        return new FloatTensor(maps.get(worker), window.convolved(), group);
    }

    /** Room for the spikes of a group of images that are sent back to the winners. */
    SpikeTensor unpooled(int worker, PoolingWindow window) {
        return new SpikeTensor(unpooled.get(worker), window.convolved(), group);
    }

    /** No spikes of the map of a group of images. */
    SpikeTensor silence(PoolingWindow window) {
        return silence(window.convolved(), group);
    }

    /** No spikes of a layer. */
    SpikeTensor silence(LayerLayout layout, int images) {
        return new SpikeTensor(Objects.requireNonNull(silence), layout, images);
    }
}

package org.equipoise.dynamics;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * The winners of every maximum pooling, for a batch of images and several steps: one bit for each neuron of a convolution's map. Networks
 * without it take no memory.
 *
 * @param segments memory of each layer from the first hidden one on: a tensor for every slot, one after the other; null where there is
 *     no maximum pooling
 * @param topology the network
 * @param images images of a tensor
 * @param stillImage whether the image sends the same in every step, so that the first layer's winners take one slot for all steps
 */
record WinnerHistory(List<@Nullable MemorySegment> segments, Topology topology, int images, boolean stillImage) {
    private static final String PART = "tape.winners";

    static void plan(MemoryPlan.Builder plan, Topology topology, int images, boolean stillImage, int slots) {
        for (int l = 1; l <= topology.depth(); l++) {
            PoolingWindow window = window(topology, l);
            if (window != null) {
                long words = SpikeTensor.wordsNeeded(window.convolved(), images);
                int kept = stillImage && l == 1 ? 1 : slots;
                plan.words(Account.TAPE, FloatHistory.name(l, PART), words, kept);
            }
        }
    }

    static WinnerHistory of(OffHeapArena arena, Topology topology, int images, boolean stillImage) {
        List<@Nullable MemorySegment> segments = new ArrayList<>();
        for (int l = 1; l <= topology.depth(); l++) {
            segments.add(window(topology, l) == null ? null : arena.segment(FloatHistory.name(l, PART)));
        }
        return new WinnerHistory(segments, topology, images, stillImage);
    }

    /** {@return the bytes of one step} */
    static long bytes(Topology topology, int images, boolean stillImage) {
        long bytes = 0;
        for (int l = stillImage ? 2 : 1; l <= topology.depth(); l++) {
            PoolingWindow window = window(topology, l);
            if (window != null) {
                bytes += SpikeTensor.wordsNeeded(window.convolved(), images) * Long.BYTES;
            }
        }
        return bytes;
    }

    private static @Nullable PoolingWindow window(Topology topology, int layer) {
        return topology.connections().get(layer - 1).maximum();
    }

    /** {@return the winners of the pooling before a layer, null where there is none} */
    @Nullable
    SpikeTensor at(int slot, int layer) {
        MemorySegment segment = segments.get(layer - 1);
        PoolingWindow window = window(topology, layer);
        if (segment == null || window == null) {
            return null;
        }
        long bytes = SpikeTensor.wordsNeeded(window.convolved(), images) * Long.BYTES;
        long start = stillImage && layer == 1 ? 0 : slot * bytes;
        return new SpikeTensor(segment.asSlice(start, bytes), window.convolved(), images);
    }
}

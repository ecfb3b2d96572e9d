package org.equipoise.dynamics;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;

/**
 * One bit of every neuron, for a batch of images and several steps.
 *
 * @param segments memory of each layer from {@code firstLayer} on: a tensor for every slot, one after the other
 * @param topology the network
 * @param firstLayer 0 with the image, 1 without
 * @param images images of a tensor
 */
record BitHistory(List<MemorySegment> segments, Topology topology, int firstLayer, int images) {
    static void plan(
            MemoryPlan.Builder plan,
            Account account,
            String part,
            Topology topology,
            int firstLayer,
            int images,
            int slots) {
        for (int l = firstLayer; l <= topology.depth(); l++) {
            long words = SpikeTensor.wordsNeeded(topology.layout(l), images);
            plan.words(account, FloatHistory.name(l, part), words, slots);
        }
    }

    static BitHistory of(OffHeapArena arena, String part, Topology topology, int firstLayer, int images) {
        List<MemorySegment> segments = new ArrayList<>();
        for (int l = firstLayer; l <= topology.depth(); l++) {
            segments.add(arena.segment(FloatHistory.name(l, part)));
        }
        return new BitHistory(List.copyOf(segments), topology, firstLayer, images);
    }

    /** {@return the bytes of one slot} */
    static long bytes(Topology topology, int firstLayer, int images) {
        long bytes = 0;
        for (int l = firstLayer; l <= topology.depth(); l++) {
            bytes += SpikeTensor.wordsNeeded(topology.layout(l), images) * Long.BYTES;
        }
        return bytes;
    }

    SpikeTensor at(int slot, int layer) {
        LayerLayout layout = topology.layout(layer);
        long bytes = SpikeTensor.wordsNeeded(layout, images) * Long.BYTES;
        return new SpikeTensor(segments.get(layer - firstLayer).asSlice(slot * bytes, bytes), layout, images);
    }

    /** {@return the tensor of a track of one slot} */
    SpikeTensor at(int layer) {
        return at(0, layer);
    }

    /** Copies all layers of some images from a slot of another track. */
    void copy(int slot, BitHistory from, int fromSlot, int firstImage, int endImage) {
        for (int l = firstLayer; l <= topology.depth(); l++) {
            at(slot, l).copyFrom(firstImage, from.at(fromSlot, l), firstImage, endImage - firstImage);
        }
    }

    /** Sets all layers of some images to zero. */
    void clear(int slot, int firstImage, int endImage) {
        for (int l = firstLayer; l <= topology.depth(); l++) {
            at(slot, l).part(firstImage, endImage - firstImage).clear(endImage - firstImage);
        }
    }
}

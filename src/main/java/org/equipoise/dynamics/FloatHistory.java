package org.equipoise.dynamics;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;

/**
 * One real-valued quantity of all layers of neurons, for a batch of images and several steps.
 *
 * @param segments memory of each layer from the first hidden one on: a tensor for every slot, one after the other
 * @param topology the network
 * @param images images of a tensor
 */
record FloatHistory(List<MemorySegment> segments, Topology topology, int images) {
    static void plan(MemoryPlan.Builder plan, Account account, String part, Topology topology, int images, int slots) {
        for (int l = 1; l <= topology.depth(); l++) {
            long floats = FloatTensor.floatsNeeded(topology.layout(l), images);
            plan.floats(account, name(l, part), floats, slots);
        }
    }

    static FloatHistory of(OffHeapArena arena, String part, Topology topology, int images) {
        List<MemorySegment> segments = new ArrayList<>();
        for (int l = 1; l <= topology.depth(); l++) {
            segments.add(arena.segment(name(l, part)));
        }
        return new FloatHistory(List.copyOf(segments), topology, images);
    }

    static String name(int layer, String part) {
        return "l" + layer + "." + part;
    }

    /** {@return the bytes of one slot} */
    static long bytes(Topology topology, int images) {
        long bytes = 0;
        for (int l = 1; l <= topology.depth(); l++) {
            bytes += FloatTensor.floatsNeeded(topology.layout(l), images) * Float.BYTES;
        }
        return bytes;
    }

    FloatTensor at(int slot, int layer) {
        LayerLayout layout = topology.layout(layer);
        long bytes = FloatTensor.floatsNeeded(layout, images) * Float.BYTES;
        return new FloatTensor(segments.get(layer - 1).asSlice(slot * bytes, bytes), layout, images);
    }

    /** {@return the tensor of a track of one slot} */
    FloatTensor at(int layer) {
        return at(0, layer);
    }

    /** Copies all layers of some images from a slot of another track. */
    void copy(int slot, FloatHistory from, int fromSlot, int firstImage, int endImage) {
        for (int l = 1; l <= topology.depth(); l++) {
            at(slot, l).copyFrom(firstImage, from.at(fromSlot, l), firstImage, endImage - firstImage);
        }
    }

    /** Sets all layers of some images to zero. */
    void clear(int slot, int firstImage, int endImage) {
        for (int l = 1; l <= topology.depth(); l++) {
            at(slot, l).part(firstImage, endImage - firstImage).clear(endImage - firstImage);
        }
    }
}

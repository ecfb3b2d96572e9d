package org.equipoise.dynamics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.kernel.AdjointKernels.Leaving;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;

/**
 * The cotangents of a batch on its way back through time.
 *
 * @param carried by quantity of the state, what a step hands to the one before
 * @param sent of what the layers sent; between a step and its weight gradients free for what they did send
 * @param currents of the currents
 * @param arena holds those of the biases, for each image one position of the layer's channels
 * @param images images of a tensor
 */
record Cotangents(
        Map<String, FloatHistory> carried, FloatHistory sent, FloatHistory currents, OffHeapArena arena, int images) {
    private static final String SENT = "cotangent.sent";
    private static final String CURRENT = "cotangent.current";
    private static final String BIAS = "cotangent.bias";

    static void plan(MemoryPlan.Builder plan, List<String> quantities, Topology topology, int images) {
        for (String quantity : quantities) {
            FloatHistory.plan(plan, Account.STATES, name(quantity), topology, images, 1);
        }
        FloatHistory.plan(plan, Account.STATES, SENT, topology, images, 1);
        FloatHistory.plan(plan, Account.STATES, CURRENT, topology, images, 1);
        for (int l = 1; l <= topology.depth(); l++) {
            long floats = FloatTensor.floatsNeeded(channels(topology, l), images);
            plan.floats(Account.STATES, FloatHistory.name(l, BIAS), floats);
        }
    }

    static Cotangents of(OffHeapArena arena, List<String> quantities, Topology topology, int images) {
        Map<String, FloatHistory> carried = new LinkedHashMap<>();
        for (String quantity : quantities) {
            carried.put(quantity, FloatHistory.of(arena, name(quantity), topology, images));
        }
        return new Cotangents(
                carried,
                FloatHistory.of(arena, SENT, topology, images),
                FloatHistory.of(arena, CURRENT, topology, images),
                arena,
                images);
    }

    private static String name(String quantity) {
        return "cotangent." + quantity;
    }

    private static LayerLayout channels(Topology topology, int layer) {
        return LayerLayout.ofNeurons(topology.layout(layer).channels(), 1, 1);
    }

    /** Starts the way back. */
    void clear(int firstImage, int endImage) {
        carried.values().forEach(track -> track.clear(0, firstImage, endImage));
        sent.clear(0, firstImage, endImage);
        for (int l = 1; l <= sent.topology().depth(); l++) {
            bias(l).part(firstImage, endImage - firstImage).clear(endImage - firstImage);
        }
    }

    FloatHistory track(String quantity) {
        FloatHistory track = carried.get(quantity);
        if (track == null) {
            throw new IllegalArgumentException("No cotangent of " + quantity + " is carried");
        }
        return track;
    }

    FloatTensor carried(String quantity, int layer) {
        return track(quantity).at(layer);
    }

    FloatTensor bias(int layer) {
        return new FloatTensor(arena.segment(FloatHistory.name(layer, BIAS)), channels(sent.topology(), layer), images);
    }

    Leaving leaving(int layer) {
        return new Leaving(currents.at(layer), bias(layer));
    }
}

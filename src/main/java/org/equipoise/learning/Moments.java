package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Connection;
import org.equipoise.network.Topology;

/**
 * A running mean that an optimiser keeps of every parameter's changes between updates.
 *
 * @param name what it is, as checkpoints and the ledger call it
 * @param weights of each connection, in master layout
 * @param biases of each connection, one float32 a channel, padded lanes zero
 */
public record Moments(String name, List<WeightBlocks> weights, List<MemorySegment> biases) {
    /** Copies the lists. */
    public Moments {
        weights = List.copyOf(weights);
        biases = List.copyOf(biases);
    }

    static MemoryPlan plan(Topology topology, List<String> names) {
        return plan("optimiser", topology, names);
    }

    static MemoryPlan plan(String owner, Topology topology, List<String> names) {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy(owner);
        for (String name : names) {
            for (int l = 0; l < topology.connections().size(); l++) {
                Connection connection = topology.connections().get(l);
                int lanes = connection.layer().channelStride();
                long floats = WeightBlocks.floatsNeeded(connection.masterRows(), lanes);
                plan.floats(Account.OPTIMISER, place(l, "weight", name), floats);
                plan.floats(Account.OPTIMISER, place(l, "bias", name), lanes);
            }
        }
        return plan.build();
    }

    static Moments of(OffHeapArena arena, Topology topology, String name) {
        List<WeightBlocks> weights = new ArrayList<>();
        List<MemorySegment> biases = new ArrayList<>();
        for (int l = 0; l < topology.connections().size(); l++) {
            Connection connection = topology.connections().get(l);
            weights.add(new WeightBlocks(
                    arena.segment(place(l, "weight", name)),
                    connection.masterRows(),
                    connection.layer().channelStride()));
            biases.add(arena.segment(place(l, "bias", name)));
        }
        return new Moments(name, weights, biases);
    }

    private static String place(int layer, String part, String name) {
        return "layers." + layer + "." + part + "." + name;
    }
}

package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Connection;
import org.equipoise.network.Topology;

/**
 * One value for every parameter, such as a running mean, that is kept from one update to the next and with checkpoints.
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

    /**
     * @param memory the optimiser's
     * @param topology the network
     * @param name what it is
     * @return zeros
     */
    static Moments in(MemoryScope memory, Topology topology, String name) {
        List<WeightBlocks> weights = new ArrayList<>();
        List<MemorySegment> biases = new ArrayList<>();
        for (int l = 0; l < topology.connections().size(); l++) {
            Connection connection = topology.connections().get(l);
            String layer = "layers." + l + ".";
            int lanes = connection.layer().channelStride();
            weights.add(WeightBlocks.in(
                    memory, Account.OPTIMISER, layer + "weight." + name, connection.masterRows(), lanes));
            biases.add(memory.floats(Account.OPTIMISER, layer + "bias." + name, lanes));
        }
        return new Moments(name, weights, biases);
    }
}

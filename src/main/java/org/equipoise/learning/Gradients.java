package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.distributed.Communicator;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Connection;
import org.equipoise.network.Topology;
import org.equipoise.network.WeightLayouts;

/** Sums of outer products for every connection, in the folded forward layout, and sums of states for the biases. */
public final class Gradients implements AutoCloseable {
    private final MemoryScope.Holding memory;
    private final List<WeightBlocks> weights = new ArrayList<>();
    private final List<MemorySegment> biases = new ArrayList<>();

    private Gradients(MemoryScope memory, Topology topology) {
        this.memory = memory.holding();
        for (int l = 0; l < topology.connections().size(); l++) {
            Connection connection = topology.connections().get(l);
            String layer = "layers." + l + ".";
            int lanes = connection.layer().channelStride();
            weights.add(WeightBlocks.in(
                    memory,
                    Account.GRADIENTS,
                    layer + "weight",
                    connection.geometry().forwardRows(),
                    lanes));
            biases.add(memory.floats(Account.GRADIENTS, layer + "bias", lanes));
        }
    }

    /**
     * @param memory where the memory of the whole comes from that they are a part of
     * @param topology the network
     * @return sums of zero
     */
    public static Gradients in(MemoryScope memory, Topology topology) {
        return memory.part("gradients", part -> new Gradients(part, topology));
    }

    /**
     * @param layer which connection, from 0
     * @return its summed outer products, {@code [block][ky][kx][in][out lanes]} with pooling folded in
     */
    public WeightBlocks weights(int layer) {
        return weights.get(layer);
    }

    /**
     * @param layer which connection, from 0
     * @return its summed states, one float32 a channel
     */
    public MemorySegment biases(int layer) {
        return biases.get(layer);
    }

    /**
     * Adds up the sums of all ranks, in an order that is left to what connects them. Involves all ranks.
     *
     * @param communicator the ranks
     */
    void sum(Communicator communicator) {
        for (int l = 0; l < weights.size(); l++) {
            WeightBlocks sums = weights.get(l);
            communicator.sum(sums.weights());
            communicator.sum(biases.get(l));
        }
    }

    /**
     * @param connection the connection
     * @param layer its number, from 0
     * @param scale factor on the sums
     * @return the scaled gradient of the learnt weights, pooling unfolded, in interchange order
     */
    public float[] weightGradient(Connection connection, int layer, float scale) {
        return WeightLayouts.gradientToInterchange(connection, weights.get(layer), scale);
    }

    /**
     * @param connection the connection
     * @param layer its number, from 0
     * @param scale factor on the sums
     * @return the scaled gradient of its biases
     */
    public float[] biasGradient(Connection connection, int layer, float scale) {
        float[] values = new float[connection.layer().channels()];
        for (int c = 0; c < values.length; c++) {
            values[c] = scale * biases.get(layer).getAtIndex(ValueLayout.JAVA_FLOAT, c);
        }
        return values;
    }

    @Override
    public void close() {
        memory.close();
    }
}

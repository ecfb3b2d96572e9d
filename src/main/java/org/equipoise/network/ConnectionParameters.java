package org.equipoise.network;

import java.lang.foreign.MemorySegment;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one connection: the master copy that learning changes, and the layouts that settling reads.
 *
 * @param connection their shape
 * @param master learnt kernel in forward layout, {@code [block][ky][kx][in][out lanes]}
 * @param forward the same with pooling folded in; without pooling it is the master itself
 * @param backward {@code [block][ky][kx][out][in lanes]}, folded and multiplied by {@link Connection#heldGain}; null towards the image,
 *     which nothing moves
 * @param bias one value a channel, padded lanes zero
 * @param errors the layouts of spikes in nudge phases that amplify errors, null where none does
 */
public record ConnectionParameters(
        Connection connection,
        WeightBlocks master,
        WeightBlocks forward,
        @Nullable WeightBlocks backward,
        MemorySegment bias,
        @Nullable ErrorLayouts errors) {
    /** {@return the weights by which the layer sends to the one below, null where it does not} */
    public @Nullable WeightBlocks feedback() {
        return connection.backwardGain() == 0f ? null : backward;
    }

    static ConnectionParameters in(MemoryScope memory, Connection connection, int number, boolean amplified) {
        String layer = "layers." + number + ".";
        int lanes = connection.layer().channelStride();
        WeightBlocks master =
                WeightBlocks.in(memory, Account.PARAMETERS, layer + "master", connection.masterRows(), lanes);
        WeightBlocks forward = connection.folded()
                ? WeightBlocks.in(
                        memory,
                        Account.PARAMETERS,
                        layer + "forward",
                        connection.geometry().forwardRows(),
                        lanes)
                : master;
        WeightBlocks backward = number == 0
                ? null
                : WeightBlocks.in(
                        memory,
                        Account.PARAMETERS,
                        layer + "backward",
                        connection.geometry().backwardRows(),
                        connection.below().channelStride());
        MemorySegment bias = memory.floats(Account.PARAMETERS, layer + "bias", lanes);
        ErrorLayouts errors = amplified ? ErrorLayouts.in(memory, forward, backward, number) : null;
        return new ConnectionParameters(connection, master, forward, backward, bias, errors);
    }
}

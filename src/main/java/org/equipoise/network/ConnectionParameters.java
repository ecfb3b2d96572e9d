package org.equipoise.network;

import java.lang.foreign.MemorySegment;
import org.equipoise.kernel.PlasticityKernels;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one connection: the master copy that learning changes, and the layouts that settling reads.
 *
 * @param connection their shape
 * @param master learnt kernel in forward layout, {@code [block][ky][kx][in][out lanes]}
 * @param forward the same with pooling folded in; without pooling it is the master itself
 * @param backward {@code [block][ky][kx][out][in lanes]}, folded and multiplied by the backward gain; null towards the image,
 *     which nothing moves
 * @param bias one value a channel, padded lanes zero
 */
public record ConnectionParameters(
        Connection connection,
        WeightBlocks master,
        WeightBlocks forward,
        @Nullable WeightBlocks backward,
        MemorySegment bias) {

    static void plan(MemoryPlan.Builder plan, Connection connection, int number) {
        int lanes = connection.layer().channelStride();
        plan.floats(
                Account.PARAMETERS, name(number, "master"), WeightBlocks.floatsNeeded(connection.masterRows(), lanes));
        if (connection.folded()) {
            long floats = WeightBlocks.floatsNeeded(connection.geometry().forwardRows(), lanes);
            plan.floats(Account.PARAMETERS, name(number, "forward"), floats);
        }
        if (number > 0) {
            long floats = WeightBlocks.floatsNeeded(
                    connection.geometry().backwardRows(), connection.below().channelStride());
            plan.floats(Account.PARAMETERS, name(number, "backward"), floats);
        }
        plan.floats(Account.PARAMETERS, name(number, "bias"), lanes);
    }

    static ConnectionParameters of(OffHeapArena arena, Connection connection, int number) {
        int lanes = connection.layer().channelStride();
        WeightBlocks master = new WeightBlocks(arena.segment(name(number, "master")), connection.masterRows(), lanes);
        WeightBlocks forward = connection.folded()
                ? new WeightBlocks(
                        arena.segment(name(number, "forward")),
                        connection.geometry().forwardRows(),
                        lanes)
                : master;
        WeightBlocks backward = number == 0
                ? null
                : new WeightBlocks(
                        arena.segment(name(number, "backward")),
                        connection.geometry().backwardRows(),
                        connection.below().channelStride());
        return new ConnectionParameters(connection, master, forward, backward, arena.segment(name(number, "bias")));
    }

    private static String name(int number, String part) {
        return "layers." + number + "." + part;
    }

    /** Derives one block of the forward layout from the master copy. */
    void deriveForward(PlasticityKernels kernels, int block) {
        if (connection.folded()) {
            kernels.fold(connection.folding(), connection.below().channelStride(), master, forward, block);
        }
    }

    /** Derives one tap of the backward layout from the forward layout. */
    void deriveBackward(PlasticityKernels kernels, int tap) {
        if (backward != null) {
            kernels.transpose(connection.geometry(), forward, connection.backwardGain(), backward, tap);
        }
    }
}

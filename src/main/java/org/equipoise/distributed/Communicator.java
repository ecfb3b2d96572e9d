package org.equipoise.distributed;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.equipoise.memory.MemoryPlan;

/**
 * Connects the processes that train together, the ranks. All ranks make the collective calls in the same order, each on the thread that
 * opened its communicator.
 */
public interface Communicator extends AutoCloseable {
    /** {@return which process this is, from 0} */
    int rank();

    /** {@return how many processes there are} */
    int size();

    /** {@return the library that connects them, for people} */
    String description();

    /** {@return the off-heap memory that the communicator itself holds} */
    List<MemoryPlan> plans();

    /**
     * Gathers values of all ranks on every rank (MPI_Allgather). Collective.
     *
     * @param values the values of this rank, as many on every rank
     * @return the values of each rank, by rank
     */
    long[][] gather(long[] values);

    /**
     * Copies data of rank 0 to all ranks. Collective.
     *
     * @param data off-heap memory, as large on every rank; overwritten on all but rank 0
     */
    void broadcast(MemorySegment data);

    /**
     * Replaces float32 values by their sums over all ranks, added in an order that the number of ranks and the library choose. Collective.
     *
     * @param floats off-heap float32 values, as many on every rank
     */
    void sum(MemorySegment floats);

    /**
     * @param requests room for as many 64-bit words as {@link Transfers#requestsFor} says for all messages that may be under way at
     *     once
     */
    Transfers transfers(MemorySegment requests);

    /** {@return what this rank has sent so far, and how long it has waited} */
    ExchangeCount count();

    /**
     * Ends the processes of all ranks at once.
     *
     * @param exitCode their exit code, if the launcher passes it on
     */
    void abort(int exitCode);

    /** Ends the connection, on all ranks; no other call may follow. */
    @Override
    void close();

    /**
     * Combines flags of all ranks by "or". Collective.
     *
     * @param mine the flag of this rank
     * @return whether the flag of any rank is set
     */
    default boolean any(boolean mine) {
        for (long[] theirs : gather(new long[] {mine ? 1 : 0})) {
            if (theirs[0] != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Copies a text of rank 0 to all ranks. Collective.
     *
     * @param text called on rank 0 alone
     * @return the text of rank 0
     */
    default String broadcast(Supplier<String> text) {
        byte[] sent = rank() == 0 ? text.get().getBytes(StandardCharsets.UTF_8) : new byte[0];
        long[] values = new long[Math.toIntExact(gather(new long[] {sent.length})[0][0])];
        for (int i = 0; i < sent.length; i++) {
            values[i] = sent[i];
        }
        long[] received = gather(values)[0];
        byte[] bytes = new byte[received.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) received[i];
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

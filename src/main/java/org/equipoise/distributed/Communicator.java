package org.equipoise.distributed;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.equipoise.memory.MemoryPlan;

/**
 * What connects the processes that work together, the ranks. All ranks make the same calls that involve all in the same order, each on
 * the one thread that opened it.
 */
public interface Communicator extends AutoCloseable {
    /** {@return which process this is, from 0} */
    int rank();

    /** {@return how many processes there are} */
    int size();

    /** {@return what connects them, for people} */
    String description();

    /** {@return the off-heap memory that it holds itself} */
    List<MemoryPlan> plans();

    /**
     * Tells all ranks what each has. Involves all.
     *
     * @param values what this rank has; every rank has as many
     * @return what each rank has, in their order
     */
    long[][] gather(long[] values);

    /**
     * Gives all ranks what rank 0 has. Involves all.
     *
     * @param data off-heap memory, as large on every rank; overwritten on all but rank 0
     */
    void broadcast(MemorySegment data);

    /**
     * Replaces float32 values by their sums over all ranks, in an order that the number of ranks and the library choose. Involves all.
     *
     * @param floats off-heap float32 values, as many on every rank
     */
    void sum(MemorySegment floats);

    /**
     * @param requests room for as many 64-bit words as {@link Transfers#requestsFor} says for all messages that may be under way at
     *     once
     * @return messages between two ranks
     */
    Transfers transfers(MemorySegment requests);

    /** {@return what this rank has sent so far, and how long it has waited} */
    ExchangeCount count();

    /**
     * Ends all ranks at once, whatever they do.
     *
     * @param exitCode what their processes end with, if what has started them passes it on
     */
    void abort(int exitCode);

    /** Takes leave of the others, who do the same; no other call may follow. */
    @Override
    void close();

    /**
     * Learns whether any rank says yes. Involves all.
     *
     * @param mine whether this one does
     * @return whether any does, the same on every rank
     */
    default boolean any(boolean mine) {
        for (long[] theirs : gather(new long[] {mine ? 1 : 0})) {
            if (theirs[0] != 0) {
                return true;
            }
        }
        return false;
    }
}

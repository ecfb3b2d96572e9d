package org.equipoise.distributed;

import java.lang.foreign.MemorySegment;

/**
 * Messages between pairs of ranks that are sent and received together, without blocking. Until all have arrived, what is sent must not be
 * changed and what is received must not be read. Then the next ones may follow.
 */
public interface Transfers {
    /** The most bytes of one message of MPI, whose counts have 32 bits. */
    long MAX_BYTES = 1L << 30;

    /**
     * Begins to send.
     *
     * @param tag tells messages between the same ranks apart
     */
    void send(MemorySegment data, int to, int tag);

    /**
     * Begins to receive.
     *
     * @param data off-heap memory, as large as what is sent
     * @param tag that of the sender
     */
    void receive(MemorySegment data, int from, int tag);

    /** {@return whether all have arrived; the call also makes progress with those that have not} */
    boolean done();

    /** Waits until all have arrived. */
    void await();

    /**
     * @param bytes the size of a message
     * @return the number of requests of the library that it takes
     */
    static int requestsFor(long bytes) {
        return Math.toIntExact(Math.ceilDiv(bytes, MAX_BYTES));
    }
}

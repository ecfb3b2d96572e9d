package org.equipoise.distributed;

import java.lang.foreign.MemorySegment;

/**
 * Messages between pairs of ranks that are under way together. What is sent must not be changed and what is received not be read before
 * all have arrived; then others may follow.
 */
public interface Transfers {
    /** The most bytes of one message of the library below: its counts have 32 bits. */
    long MAX_BYTES = 1L << 30;

    /**
     * Begins to send.
     *
     * @param data off-heap memory
     * @param to which rank
     * @param tag what the receiver calls the message
     */
    void send(MemorySegment data, int to, int tag);

    /**
     * Begins to receive.
     *
     * @param data off-heap memory, as large as what is sent
     * @param from which rank
     * @param tag what the sender calls the message
     */
    void receive(MemorySegment data, int from, int tag);

    /** {@return whether all have arrived; asking lets them go on} */
    boolean done();

    /** Waits until all have arrived. */
    void await();

    /**
     * @param bytes the size of a message
     * @return how many messages of the library below it takes
     */
    static int requestsFor(long bytes) {
        return Math.toIntExact(Math.ceilDiv(bytes, MAX_BYTES));
    }
}

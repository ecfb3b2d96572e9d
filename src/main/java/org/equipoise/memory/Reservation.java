package org.equipoise.memory;

import org.equipoise.error.BadInputException;

/**
 * One named piece of an off-heap arena.
 *
 * @param account what it is for
 * @param name its name, unique within its plan
 * @param bytes its size; the arena rounds it up to whole cache lines
 */
public record Reservation(Account account, String name, long bytes) {
    /** Every reservation starts on a cache line, which is also the widest vector: 64 bytes. */
    public static final long ALIGNMENT = 64;

    /** Refuses a negative size, which is what an overflow in size arithmetic looks like. */
    public Reservation {
        if (bytes < 0) {
            throw new BadInputException("The off-heap size of '" + name + "' came out as " + bytes
                    + " bytes; a network and batch whose arrays each stay below 2^63 bytes were expected.");
        }
    }

    /** {@return the size it takes in an arena: {@code bytes} rounded up to {@link #ALIGNMENT}} */
    public long alignedBytes() {
        return Math.addExact(bytes, ALIGNMENT - 1) & -ALIGNMENT;
    }
}

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

    /** Refuses a negative size, which is what an overflow in size arithmetic looks like, and one that cannot be rounded up. */
    public Reservation {
        if (bytes < 0 || bytes > Long.MAX_VALUE - ALIGNMENT) {
            throw tooLarge(name);
        }
    }

    /** {@return what so many values take, refused where that is no number of bytes} */
    static long bytes(long count, int each, String name) {
        if (count < 0 || each < 0 || Math.multiplyHigh(count, each) != 0 || count * each < 0) {
            throw tooLarge(name);
        }
        return count * each;
    }

    /** {@return the sum of two sizes, refused where that is no number of bytes} */
    static long sum(long one, long other, String name) {
        if (one > Long.MAX_VALUE - other) {
            throw tooLarge(name);
        }
        return one + other;
    }

    private static BadInputException tooLarge(String name) {
        return new BadInputException("The off-heap memory of '" + name
                + "' would be 2^63 bytes or more; a smaller network, batch or number of steps was expected.");
    }

    /** {@return the size it takes in an arena: {@code bytes} rounded up to {@link #ALIGNMENT}} */
    public long alignedBytes() {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }
}

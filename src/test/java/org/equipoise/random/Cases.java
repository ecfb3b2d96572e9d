package org.equipoise.random;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Cases of tests that hold for any: all of them or, where a system property asks for it, every so manieth. A program that is changed
 * thousands of times is shown to a part of them each time.
 */
public final class Cases {
    private static final int EVERY = Math.max(1, Integer.getInteger("equipoise.everyCase", 1));

    private Cases() {}

    /** Seeds from the first to the one before the end. */
    public static long[] seeds(long first, long end) {
        return LongStream.range(first, end)
                .filter(seed -> (seed - first) % EVERY == 0)
                .toArray();
    }

    /** Cases of a list, in its order. */
    public static <T> Stream<T> of(List<T> all) {
        return IntStream.range(0, all.size()).filter(i -> i % EVERY == 0).mapToObj(all::get);
    }
}

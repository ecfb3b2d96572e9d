package org.equipoise.config;

import org.equipoise.error.BadInputException;

/** What follows a convolution. */
public sealed interface Pooling {
    /** No pooling. */
    record None() implements Pooling {
        @Override
        public String toString() {
            return "none";
        }
    }

    /**
     * The mean over windows that do not overlap; rows and columns that fill no whole window are dropped.
     *
     * @param size side of the window
     */
    record Average(int size) implements Pooling {
        /** Refuses windows of one neuron and windows larger than any map. */
        public Average {
            requireSide("avg", size);
        }

        @Override
        public String toString() {
            return "avg" + size;
        }
    }

    /**
     * The maximum over windows that do not overlap; rows and columns that fill no whole window are dropped.
     *
     * @param size side of the window
     */
    record Maximum(int size) implements Pooling {
        /** Refuses windows of one neuron and windows larger than any map. */
        public Maximum {
            requireSide("max", size);
        }

        @Override
        public String toString() {
            return "max" + size;
        }
    }

    private static void requireSide(String kind, int size) {
        if (size < 2 || size > 16) {
            throw new BadInputException("A layer of network.layers has pool: " + kind + size
                    + "; a window side from 2 to 16, such as " + kind + "2, was expected.");
        }
    }

    /** {@return the side of the pooling window, 1 for none} */
    default int window() {
        return switch (this) {
            case None none -> 1;
            case Average average -> average.size();
            case Maximum maximum -> maximum.size();
        };
    }
}

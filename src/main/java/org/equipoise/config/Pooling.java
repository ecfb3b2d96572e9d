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
            if (size < 2 || size > 16) {
                throw new BadInputException("A layer of network.layers has pool: avg" + size
                        + "; a window side from 2 to 16, such as avg2, was expected.");
            }
        }

        @Override
        public String toString() {
            return "avg" + size;
        }
    }

    /** {@return the side of the pooling window, 1 for none} */
    default int window() {
        return switch (this) {
            case None none -> 1;
            case Average average -> average.size();
        };
    }
}

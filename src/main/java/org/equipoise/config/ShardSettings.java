package org.equipoise.config;

import java.util.Locale;
import org.equipoise.error.BadInputException;

/**
 * How a batch is cut, so that several processes may share it: into shards of neighbouring images, each of which has a gradient of its
 * own. Their sum has the same bits for any number of processes.
 *
 * @param count how many shards
 * @param exchange in which format the gradients of shards are added and sent
 * @param reduction how they are added
 */
public record ShardSettings(int count, Exchange exchange, Reduction reduction) {
    /** A batch is one piece. */
    public static final ShardSettings ONE = new ShardSettings(1, Exchange.FLOAT32, Reduction.ORDERED);

    /** How many shards there are where processes share batches and nothing else is asked for. */
    public static final int DEFAULT = 8;

    private static final int MAX = 4096;

    /** In which format gradients of shards are added and sent. */
    public enum Exchange {
        /** As they are computed. */
        FLOAT32,
        /** With 8 bits of precision, rounded to the nearest after each addition: half the traffic. */
        BFLOAT16
    }

    /** How gradients of shards are added. */
    public enum Reduction {
        /** In one fixed tree over the shards, so that the sum does not depend on the number of processes. */
        ORDERED,
        /** As the library between the processes sees fit, so that it does. */
        FAST
    }

    /** Refuses counts that cut nothing, and formats that no library adds. */
    public ShardSettings {
        if (count < 1 || count > MAX) {
            throw new BadInputException(
                    "training.shards is " + count + "; a whole number from 1 to " + MAX + " was expected.");
        }
        if (reduction == Reduction.FAST && exchange == Exchange.BFLOAT16) {
            throw new BadInputException(
                    "training.reduction is fast, which leaves the addition to MPI, and training.exchange is bfloat16, which MPI"
                            + " cannot add; exchange: float32 was expected with it.");
        }
    }

    /** {@return the same with so many shards} */
    ShardSettings withCount(int shards) {
        return new ShardSettings(shards, exchange, reduction);
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

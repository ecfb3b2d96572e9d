package org.equipoise.config;

import org.equipoise.error.BadInputException;

/**
 * How a batch is cut, so that several processes may share it: into shards of neighbouring images, each of which has a gradient of its
 * own. Their sum has the same bits for any number of processes.
 */
public record ShardSettings(int count, Exchange exchange, Reduction reduction) {
    static final SettingsTable<ShardSettings> SETTINGS = SettingsTable.line(ShardSettings.class, "training", """
            shards = count | 1 | a whole number from 1 to 4096 | pieces that a batch is cut into, so that processes may share it
            exchange | float32 | | the format in which gradients of shards are added and sent
            reduction | ordered | | how they are added: in one fixed order for any number of processes, or as fast as MPI can""");

    /** A batch is one piece. */
    public static final ShardSettings ONE = SETTINGS.usual();

    /** How many shards there are where processes share batches and nothing else is asked for. */
    public static final int DEFAULT = 8;

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
        SETTINGS.check(count, exchange, reduction);
        if (reduction == Reduction.FAST && exchange == Exchange.BFLOAT16) {
            throw new BadInputException(
                    "training.reduction is fast, which leaves the addition to MPI, and training.exchange is bfloat16, which MPI"
                            + " cannot add; exchange: float32 was expected with it.");
        }
    }
}

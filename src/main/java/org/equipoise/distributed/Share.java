package org.equipoise.distributed;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.error.BadInputException;

/**
 * A rank's share of every batch. A batch is cut into shards of neighbouring images, as equal in size as possible, and every rank has
 * neighbouring shards. Where a batch is cut depends on the number of shards alone, not on that of ranks.
 */
public record Share(int shards, int ranks, int rank) {
    /** The float32 values of a cache line: no two ranks add up parts of one. */
    private static final int ALIGNMENT = 16;

    /** Refuses ranks that would have nothing to do. */
    public Share {
        if (ranks > shards) {
            throw new BadInputException(ranks + " ranks were started and training.shards is " + shards
                    + "; at most one rank a shard was expected.");
        }
    }

    /** {@return the share of a process alone: all of them} */
    public static Share whole(int shards) {
        return new Share(shards, 1, 0);
    }

    /** {@return the shards of this rank} */
    public ShardRange range() {
        return range(rank);
    }

    private ShardRange range(int ofRank) {
        return new ShardRange(cut(ofRank, ranks, shards), cut(ofRank + 1, ranks, shards));
    }

    private static int cut(int piece, int pieces, int whole) {
        return (int) ((long) piece * whole / pieces);
    }

    /**
     * @param shard a shard, or the number of shards for the end
     * @return the first image of that shard
     */
    public int firstImage(int shard, int images) {
        return cut(shard, shards, images);
    }

    /** {@return the first of them that this rank has} */
    public int first(int images) {
        return firstImage(range().first(), images);
    }

    /** {@return how many of them this rank has} */
    public int count(int images) {
        return firstImage(range().end(), images) - first(images);
    }

    /**
     * @param batch the most images of a batch
     * @return the most images that this rank has of it or of a smaller one, at least one
     */
    public int capacity(int batch) {
        return (int) Math.max(1, Math.ceilDiv((long) range().size() * batch, shards));
    }

    /** {@return the largest nodes of the reduction tree whose shards are all of this rank, in order} */
    public List<ShardRange> roots() {
        return roots(rank);
    }

    /** {@return the largest nodes of the reduction tree whose shards are all of that rank, in order} */
    public List<ShardRange> roots(int ofRank) {
        List<ShardRange> roots = new ArrayList<>();
        collect(range(ofRank), new ShardRange(0, shards), roots);
        return roots;
    }

    private static void collect(ShardRange owned, ShardRange node, List<ShardRange> roots) {
        if (node.first() >= owned.end() || node.end() <= owned.first()) {
            return;
        }
        if (node.first() >= owned.first() && node.end() <= owned.end()) {
            roots.add(node);
            return;
        }
        collect(owned, node.lower(), roots);
        collect(owned, node.upper(), roots);
    }

    /**
     * Divides the work of adding: each rank adds up a part of the values for all ranks.
     *
     * @param ofRank a rank, or the number of ranks for the end
     * @return the first value of its part
     */
    static long firstValue(long values, int ofRank, int ranks) {
        return ofRank == ranks ? values : values * ofRank / ranks / ALIGNMENT * ALIGNMENT;
    }
}

package org.equipoise.distributed;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.error.BadInputException;

/**
 * What one rank has of every batch. A batch is cut into shards of neighbouring images, as equal as may be, and every rank has shards
 * that are neighbours. The cut depends on the number of shards alone.
 *
 * @param shards how many shards
 * @param ranks how many ranks
 * @param rank which of them
 */
public record Share(int shards, int ranks, int rank) {
    /** Values of a cache line. */
    private static final int ALIGNMENT = 16;

    /** Refuses ranks that would have nothing to do. */
    public Share {
        if (ranks > shards) {
            throw new BadInputException(ranks + " ranks were started and training.shards is " + shards
                    + "; at most one rank a shard was expected.");
        }
    }

    /**
     * @param shards how many shards
     * @return a process that has all of them
     */
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
     * @param shard which shard, or how many there are
     * @param images images of the batch
     * @return the first image of that shard
     */
    public int firstImage(int shard, int images) {
        return cut(shard, shards, images);
    }

    /**
     * @param images images of the batch
     * @return the first of them that this rank has
     */
    public int first(int images) {
        return firstImage(range().first(), images);
    }

    /**
     * @param images images of the batch
     * @return how many of them this rank has
     */
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

    /** {@return the nodes of the tree that this rank computes alone, the largest there are, in their order} */
    public List<ShardRange> roots() {
        return roots(rank);
    }

    /**
     * @param ofRank a rank
     * @return the nodes of the tree that it computes alone
     */
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
     * @param values how many values are divided among the ranks
     * @param ofRank a rank, or how many there are
     * @return the first value that it adds up for all
     */
    static long firstValue(long values, int ofRank, int ranks) {
        return ofRank == ranks ? values : values * ofRank / ranks / ALIGNMENT * ALIGNMENT;
    }
}

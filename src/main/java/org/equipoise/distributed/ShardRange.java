package org.equipoise.distributed;

/**
 * Neighbouring shards of a batch: a node of the one binary tree in which their gradients are added. The two halves of a node are added
 * to each other; shards that are alone are its leaves.
 *
 * @param first the first shard
 * @param end one more than the last
 */
public record ShardRange(int first, int end) {
    /** {@return how many shards there are} */
    public int size() {
        return end - first;
    }

    /** {@return the half with the lower numbers, the smaller one of an odd number of shards} */
    public ShardRange lower() {
        return new ShardRange(first, middle());
    }

    /** {@return the other half} */
    public ShardRange upper() {
        return new ShardRange(middle(), end);
    }

    private int middle() {
        return (first + end) >>> 1;
    }

    /** {@return how many additions lie between a leaf and this at most} */
    public int height() {
        return size() == 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(size() - 1);
    }
}

package org.equipoise.distributed;

/**
 * Neighbouring shards of a batch: a node of the reduction tree, the binary tree in which the gradients of all shards are added. The sum
 * of a node is that of its two halves; single shards are the leaves.
 *
 * @param end one more than the last
 */
public record ShardRange(int first, int end) {
    /** {@return the number of shards} */
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

    /** {@return the height of the node: the most additions from a leaf up to it} */
    public int height() {
        return size() == 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(size() - 1);
    }
}

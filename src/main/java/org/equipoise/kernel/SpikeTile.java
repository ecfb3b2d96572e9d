package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.FLOATS;
import static org.equipoise.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Sums of the weight rows of one tile, at most 512 rows of one block, for a grid of receivers in each of several images.
 *
 * <p>The tile stays in a near cache while the receivers pass over it. It is sliced with a size that is a constant, and rows are
 * picked by a masked number, so that the compiler proves every access in bounds and drops the checks from the inner loop. Each
 * method stays below some 28 vector accesses: beyond that the compiler boxes the vectors. Hence one method for each number of
 * accumulators and width of a row.
 */
final class SpikeTile {
    static final ValueLayout.OfInt NUMBER = ValueLayout.JAVA_INT;

    private SpikeTile() {}

    /**
     * Adds to {@code lanes} sums of each receiver the rows of those of its senders that are listed.
     *
     * @param lanes 16, 32 or 64
     * @param weights rows of {@code lanes} floats
     * @param first byte offset of the row of a receiver's first sender
     * @param numbers numbers of the neurons that deviate, bit 31 set where the row is taken away
     * @param starts where the neurons of each group start in {@code numbers}
     * @param groupShift binary logarithm of the neurons in a group
     * @param groups groups of neurons that each receiver reads
     * @param firstSender number of the neuron whose row is the first, relative to the grid's first sender
     * @param images how many images
     * @param grid the receivers of an image
     * @param from what sums start from; if it is {@code to}, receivers without events need no visit
     * @param to where sums go
     * @param sums byte offset of the block's sums of the first image
     */
    static void add(
            int lanes,
            MemorySegment weights,
            long first,
            MemorySegment numbers,
            MemorySegment starts,
            int groupShift,
            int groups,
            int firstSender,
            int images,
            ReceiverGrid grid,
            MemorySegment from,
            MemorySegment to,
            long sums) {
        int sender = grid.firstSender() + firstSender;
        long at = sums + grid.firstSum();
        switch (lanes) {
            case 64 ->
                SpikeTile64.add(
                        weights, first, numbers, starts, groupShift, groups, sender, images, grid, from, to, at);
            case 32 ->
                SpikeTile32.add(
                        weights, first, numbers, starts, groupShift, groups, sender, images, grid, from, to, at);
            case 16 ->
                SpikeTile16.add(
                        weights, first, numbers, starts, groupShift, groups, sender, images, grid, from, to, at);
            default -> throw new IllegalArgumentException("No kernel has blocks of " + lanes + " lanes");
        }
    }

    static FloatVector load(MemorySegment segment, long offset) {
        return FloatVector.fromMemorySegment(FLOATS, segment, offset, ORDER);
    }

    /** -1 for a row that is taken away, else 1: a multiplication by it is exact. */
    static FloatVector sign(int event) {
        return FloatVector.broadcast(
                FLOATS, Float.intBitsToFloat(Float.floatToRawIntBits(1f) | event & EventList.SILENT));
    }
}

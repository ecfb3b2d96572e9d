package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.FLOATS;
import static org.equipoise.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import org.equipoise.tensor.SpikeDifference;

/**
 * Sums of the weight rows of one tile, at most 128 rows of one block, for a grid of receivers, straight from words of packed spikes.
 *
 * <p>The tile stays in the nearest cache while the grid passes over it. It is sliced with a size that is a constant, and rows are
 * picked by a masked bit number, so that the compiler proves every access in bounds and drops the checks from the inner loop; loops
 * over bits are counted, which spares a safepoint poll a spike. Each method stays below some 28 vector accesses: beyond that the
 * compiler stops inlining and boxes the vectors. Hence one method for each number of accumulators and width of a row: four
 * accumulators walk the two words one after the other, eight walk both in one loop.
 */
final class SpikeTile {
    static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

    private SpikeTile() {}

    /**
     * Adds to {@code lanes} sums of each receiver the rows of those of its up to 128 senders that differ from what was expected.
     *
     * @param weights rows of {@code lanes} floats
     * @param first byte offset of the first sender's row
     * @param second byte offset of the row of the second word's first sender; 64 rows after {@code first} if {@code secondMask} is
     *     not 0 and vectors are narrower than 512 bits
     * @param lanes 16, 32 or 64
     * @param sent spikes and what was expected
     * @param firstBits byte offset of the first 64 senders' bits for the first receiver
     * @param secondBits byte offset of the other senders' bits for the first receiver
     * @param firstMask which of the first 64 senders count
     * @param secondMask which of the others count
     * @param from what sums start from; if it is {@code to}, receivers without spikes need no visit
     * @param to where sums go
     * @param sums byte offset of the first receiver's sums
     * @param grid the receivers
     */
    static void add(
            MemorySegment weights,
            long first,
            long second,
            int lanes,
            SpikeDifference sent,
            long firstBits,
            long secondBits,
            long firstMask,
            long secondMask,
            MemorySegment from,
            MemorySegment to,
            long sums,
            ReceiverGrid grid) {
        switch (lanes) {
            case 64 ->
                SpikeTile64.add(
                        weights,
                        first,
                        second,
                        sent,
                        firstBits,
                        secondBits,
                        firstMask,
                        secondMask,
                        from,
                        to,
                        sums,
                        grid);
            case 32 ->
                SpikeTile32.add(
                        weights,
                        first,
                        second,
                        sent,
                        firstBits,
                        secondBits,
                        firstMask,
                        secondMask,
                        from,
                        to,
                        sums,
                        grid);
            case 16 ->
                SpikeTile16.add(
                        weights,
                        first,
                        second,
                        sent,
                        firstBits,
                        secondBits,
                        firstMask,
                        secondMask,
                        from,
                        to,
                        sums,
                        grid);
            default -> throw new IllegalArgumentException("No kernel has blocks of " + lanes + " lanes");
        }
    }

    static FloatVector load(MemorySegment segment, long offset) {
        return FloatVector.fromMemorySegment(FLOATS, segment, offset, ORDER);
    }

    /** -1 where the bit is set, 1 where it is not: a multiplication by it is exact. */
    static FloatVector sign(long absent, int bit) {
        int negative = (int) (absent >>> bit) << 31;
        return FloatVector.broadcast(FLOATS, Float.intBitsToFloat(Float.floatToRawIntBits(1f) | negative));
    }
}

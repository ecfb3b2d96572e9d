package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;
import org.equipoise.tensor.SpikeEvents;

/**
 * Writes the list of neurons that differ from what was expected, in the order of their bits: image {@code i}'s neuron {@code n} has
 * the number {@code i * 64 * wordStride + n}, counted from the first image listed.
 */
final class EventList {
    private EventList() {}

    /**
     * @param layout the layer that is listed
     * @return binary logarithm of the neurons in a group that has a start: the channels of a position, at most a word
     */
    static int groupShift(LayerLayout layout) {
        int stride = layout.channelStride();
        boolean partOfWord = stride == SpikeEvents.SMALLEST_GROUP || stride == 2 * SpikeEvents.SMALLEST_GROUP;
        return Integer.numberOfTrailingZeros(partOfWord ? stride : Long.SIZE);
    }

    /**
     * @param sent what is listed, and where
     * @param firstImage first image
     * @param endImage one more than the last image
     * @return how many neurons were listed
     */
    static int write(SpikeDifference sent, int firstImage, int endImage) {
        int words = (endImage - firstImage) * sent.layout().wordStride();
        MemorySegment starts = sent.events().starts();
        int shift = groupShift(sent.layout());
        int count = list(sent, sent.spikes().imageOffset(firstImage), words, shift);
        starts.set(ValueLayout.JAVA_INT, (long) (words << (6 - shift)) * Integer.BYTES, count);
        return count;
    }

    private static int list(SpikeDifference sent, long offset, int words, int shift) {
        MemorySegment spikes = sent.spikes().segment();
        MemorySegment expected = sent.expected().segment();
        MemorySegment numbers = sent.events().numbers();
        MemorySegment starts = sent.events().starts();
        int group = 1 << shift;
        int count = 0;
        for (int word = 0; word < words; word++) {
            long absent = expected.get(ValueLayout.JAVA_LONG, offset + word * 8L);
            long different = spikes.get(ValueLayout.JAVA_LONG, offset + word * 8L) ^ absent;
            int first = word * Long.SIZE;
            for (int part = 0; part < Long.SIZE; part += group) {
                int before = Long.bitCount(different & (1L << part) - 1);
                starts.set(ValueLayout.JAVA_INT, (first + part >>> shift) * 4L, count + before);
            }
            for (int n = Long.bitCount(different); n > 0; n--) {
                int bit = Long.numberOfTrailingZeros(different);
                different &= different - 1;
                numbers.set(ValueLayout.JAVA_INT, count * 4L, first + bit | (int) (absent >>> bit) << 31);
                count++;
            }
        }
        return count;
    }
}

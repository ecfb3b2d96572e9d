package org.equipoise.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeDifference;

/**
 * How many weight rows the spikes of a layer add or take away: one for each window in which a sender is seen.
 *
 * <p>Senders that are seen equally often are counted together, by the bits of whole words, so that counting costs little beside
 * what is counted.
 */
final class RowCount {
    /**
     * Senders of one word of spikes that are seen equally often.
     *
     * @param word the word within an image
     * @param senders their bits
     * @param seen in how many windows each is seen
     */
    private record Group(int word, long senders, int seen) {}

    private final List<Group> groups = new ArrayList<>();
    private final long allRows;

    private RowCount(LayerLayout layout, int[] seen) {
        long rows = 0;
        for (int word = 0; word < layout.wordStride(); word++) {
            Map<Integer, Long> senders = new TreeMap<>();
            int first = word * Long.SIZE;
            for (int i = first; i < Math.min(first + Long.SIZE, layout.paddedNeurons()); i++) {
                int times = seen[i / layout.channelStride()];
                senders.merge(times, 1L << i, (a, b) -> a | b);
                rows += times;
            }
            int number = word;
            senders.forEach((times, bits) -> groups.add(new Group(number, bits, times)));
        }
        this.allRows = rows;
    }

    /**
     * @param geometry a connection
     * @param forward whether its lower layer sends, towards the output, or its upper one towards the image
     * @return counts of what is sent
     */
    static RowCount of(ConvolutionGeometry geometry, boolean forward) {
        LayerLayout target = geometry.target();
        LayerLayout sender = forward ? geometry.source() : target;
        int[] seen = new int[sender.positions()];
        for (int position = 0; position < target.positions(); position++) {
            for (int tap = 0; tap < geometry.taps(); tap++) {
                int source = geometry.sourcePosition(position / target.width(), position % target.width(), tap);
                if (source >= 0) {
                    seen[forward ? source : position]++;
                }
            }
        }
        return new RowCount(sender, seen);
    }

    /** {@return the rows of an image all of whose neurons send, padding lanes included} */
    long allRows() {
        return allRows;
    }

    /**
     * @param sent spikes of the sending layer
     * @param firstImage first image
     * @param endImage one more than the last image
     * @return the rows that they add or take away
     */
    long rows(SpikeDifference sent, int firstImage, int endImage) {
        long rows = 0;
        for (int image = firstImage; image < endImage; image++) {
            for (Group group : groups) {
                rows += (long) group.seen() * Long.bitCount(sent.word(image, group.word()) & group.senders());
            }
        }
        return rows;
    }

    /**
     * @param sent spikes of the sending layer
     * @param firstImage first image
     * @param endImage one more than the last image
     * @return how many of its neurons send
     */
    static long spikes(SpikeDifference sent, int firstImage, int endImage) {
        long spikes = 0;
        for (int image = firstImage; image < endImage; image++) {
            for (int word = 0; word < sent.layout().wordStride(); word++) {
                spikes += Long.bitCount(sent.word(image, word));
            }
        }
        return spikes;
    }
}

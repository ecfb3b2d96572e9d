package org.equipoise.experiment.reproduce;

import org.equipoise.kernel.PoolingWindow;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;

/**
 * How far the indices of a maximum pooling are from those that its inverse would need. All are shares of a hundred.
 *
 * @param turnoverPercent windows whose winner is another than a step before, so that what a neuron answers a step later goes back to
 *     another place than it came from
 * @param againstStatesPercent windows whose winner, picked from what the layer below sends, is not the one that its activations would
 *     pick; zero where it sends its activations
 * @param misdirectedPercent of what the layer sends back, by magnitude, the part that goes to such a place; zero if it sends nothing
 */
public record IndexMismatch(double turnoverPercent, double againstStatesPercent, double misdirectedPercent) {
    private static final double PERCENT = 100;

    /**
     * @param winners picked from what the layer below sends
     * @param earlier the same a step before
     * @param ofStates picked from the activations of the layer below
     * @param sent what the layer sends back
     */
    static IndexMismatch of(
            PoolingWindow window,
            SpikeTensor winners,
            long[] earlier,
            SpikeTensor ofStates,
            FloatTensor sent,
            int images) {
        double windows = (double) images * window.pooled().neurons();
        long[] now = bits(winners, images);
        long[] byStates = bits(ofStates, images);
        // A window whose winner differs differs in two bits.
        return new IndexMismatch(
                PERCENT * differences(now, earlier) / 2 / windows,
                PERCENT * differences(now, byStates) / 2 / windows,
                PERCENT * misdirected(window, winners, ofStates, sent, images));
    }

    private static double misdirected(
            PoolingWindow window, SpikeTensor winners, SpikeTensor ofStates, FloatTensor sent, int images) {
        LayerLayout pooled = window.pooled();
        LayerLayout map = window.convolved();
        double all = 0;
        double astray = 0;
        for (int image = 0; image < images; image++) {
            for (int position = 0; position < pooled.positions(); position++) {
                for (int channel = 0; channel < pooled.channels(); channel++) {
                    double size = Math.abs(sent.get(image, pooled.index(position, channel)));
                    all += size;
                    for (int member = 0; size > 0 && member < window.members(); member++) {
                        int place = map.index(window.position(position, member), channel);
                        if (winners.get(image, place) && !ofStates.get(image, place)) {
                            astray += size;
                        }
                    }
                }
            }
        }
        return all == 0 ? 0 : astray / all;
    }

    /** {@return a copy of bits that change} */
    static long[] bits(SpikeTensor tensor, int images) {
        int stride = tensor.layout().wordStride();
        long[] words = new long[images * stride];
        for (int i = 0; i < words.length; i++) {
            words[i] = tensor.word(i / stride, i % stride);
        }
        return words;
    }

    private static long differences(long[] bits, long[] others) {
        long count = 0;
        for (int i = 0; i < bits.length; i++) {
            count += Long.bitCount(bits[i] ^ others[i]);
        }
        return count;
    }
}

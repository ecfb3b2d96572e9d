package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;

/** The loops that the scalar spike and state kernels share: who sends to whom, in which order. */
final class ScalarRows {
    private ScalarRows() {}

    /** What a neuron sends: the factor of its weight row, zero for nothing. */
    interface Sent {
        float by(int image, int neuron);
    }

    static void addForward(
            ConvolutionGeometry geometry,
            Sent sent,
            WeightBlocks weights,
            FloatTensor to,
            int firstImage,
            int endImage) {
        LayerLayout target = geometry.target();
        for (int image = firstImage; image < endImage; image++) {
            for (int y = 0; y < target.height(); y++) {
                for (int x = 0; x < target.width(); x++) {
                    for (int tap = 0; tap < geometry.taps(); tap++) {
                        int sender = geometry.sourcePosition(y, x, tap);
                        if (sender >= 0) {
                            int receiver = y * target.width() + x;
                            addRows(geometry.source(), sender, sent, weights, tap, to, receiver, image);
                        }
                    }
                }
            }
        }
    }

    static void addBackward(
            ConvolutionGeometry geometry,
            Sent sent,
            WeightBlocks weights,
            FloatTensor to,
            int firstImage,
            int endImage) {
        LayerLayout target = geometry.target();
        for (int image = firstImage; image < endImage; image++) {
            for (int tap = 0; tap < geometry.taps(); tap++) {
                for (int y = 0; y < target.height(); y++) {
                    for (int x = 0; x < target.width(); x++) {
                        int receiver = geometry.sourcePosition(y, x, tap);
                        if (receiver >= 0) {
                            int sender = y * target.width() + x;
                            addRows(target, sender, sent, weights, tap, to, receiver, image);
                        }
                    }
                }
            }
        }
    }

    /** Adds the rows of one tap from one sending to one receiving position. */
    private static void addRows(
            LayerLayout from,
            int sender,
            Sent sent,
            WeightBlocks weights,
            int tap,
            FloatTensor sums,
            int receiver,
            int image) {
        int to = sums.layout().index(receiver, 0);
        for (int c = 0; c < from.channelStride(); c++) {
            float factor = sent.by(image, from.index(sender, c));
            if (factor != 0f) {
                addRow(weights, tap * from.channelStride() + c, factor, sums, image, to);
            }
        }
    }

    private static void addRow(WeightBlocks weights, int row, float factor, FloatTensor current, int image, int to) {
        WeightFormat format = weights.format();
        MemorySegment sums = current.segment();
        long first = current.imageOffset(image) / Float.BYTES + to;
        int bytes = format.bytes();
        for (int block = 0; block < weights.blocks(); block++) {
            int lanes = weights.blockLanes(block);
            long weight = weights.rowOffset(block, row);
            long sum = first + (long) block * WeightBlocks.BLOCK_LANES;
            for (int lane = 0; lane < lanes; lane++) {
                float w = format.get(weights.segment(), weight + (long) lane * bytes);
                Floats.set(sums, sum + lane, Math.fma(factor, w, Floats.get(sums, sum + lane)));
            }
        }
    }
}

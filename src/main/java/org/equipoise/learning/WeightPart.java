package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.kernel.ConvolutionGeometry;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.network.Topology;

/**
 * One block and some taps of one connection's weights: what one thread at a time sums the gradient of, so that every weight sums
 * its terms in one order, whatever the number of threads.
 */
record WeightPart(int layer, int block, int firstTap, int endTap) {
    /** Weight rows that make a part worth sharing out: a tap has few where the source has few channels. */
    private static final int ROWS_OF_PART = 128;

    /**
     * Images whose states are used together while they are near: at least so many, and more where a layer has so few positions
     * that sums would be fetched for a few products only. Part of the order of the sums, so it depends on the shape alone.
     */
    private static final int MIN_GROUP = 8;

    private static final int POSITIONS_OF_GROUP = 128;

    static List<WeightPart> of(Topology topology) {
        List<WeightPart> parts = new ArrayList<>();
        for (int l = 0; l < topology.connections().size(); l++) {
            ConvolutionGeometry geometry = topology.connections().get(l).geometry();
            int blocks = WeightBlocks.blocks(geometry.target().channelStride());
            int tapsOfPart = Math.ceilDiv(ROWS_OF_PART, geometry.source().channelStride());
            for (int block = 0; block < blocks; block++) {
                for (int tap = 0; tap < geometry.taps(); tap += tapsOfPart) {
                    parts.add(new WeightPart(l, block, tap, Math.min(geometry.taps(), tap + tapsOfPart)));
                }
            }
        }
        return List.copyOf(parts);
    }

    static int imagesTogether(ConvolutionGeometry geometry) {
        return Math.max(MIN_GROUP, POSITIONS_OF_GROUP / geometry.target().positions());
    }

    /** Sets the part of a gradient in folded forward layout to zero. */
    void clear(ConvolutionGeometry geometry, WeightBlocks gradient) {
        of(geometry, gradient).fill((byte) 0);
    }

    /** {@return the part of a gradient in folded forward layout} */
    MemorySegment of(ConvolutionGeometry geometry, WeightBlocks gradient) {
        int rows = geometry.source().channelStride();
        return gradient.rows(block, firstTap * rows, (endTap - firstTap) * rows);
    }
}

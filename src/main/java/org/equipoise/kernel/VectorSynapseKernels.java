package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.tensor.Events;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;

/**
 * Adds weight rows with vectors whose lanes are neighbouring channels, so that an event costs one addition a lane and nothing is
 * masked or reduced.
 *
 * <p>The images of a call pass over one block of weights after the other; the events of a window's row are contiguous in the
 * list, so a whole row of taps is one run of additions into registers.
 */
final class VectorSynapseKernels implements SynapseKernels {
    @Override
    public void decode(SpikeTensor spikes, SpikeTensor reference, Events events, int images) {
        for (int image = 0; image < images; image++) {
            EventDecoder.decode(spikes, reference, events, image);
        }
    }

    @Override
    public void decodeStates(FloatTensor states, Events events, int images) {
        for (int image = 0; image < images; image++) {
            EventDecoder.decodeStates(states, events, image);
        }
    }

    @Override
    public void addForward(
            ConvolutionGeometry geometry,
            Events source,
            WeightBlocks weights,
            FloatTensor from,
            FloatTensor to,
            int images) {
        for (int block = 0; block < weights.blocks(); block++) {
            for (int image = 0; image < images; image++) {
                forwardImage(geometry, source, weights, from, to, block, image);
            }
        }
    }

    private static void forwardImage(
            ConvolutionGeometry geometry,
            Events source,
            WeightBlocks weights,
            FloatTensor from,
            FloatTensor to,
            int block,
            int image) {
        LayerLayout below = geometry.source();
        LayerLayout layer = geometry.target();
        int lanes = weights.blockLanes(block);
        long positionBytes = (long) below.channelStride() * lanes * 4L;
        long sums = to.imageOffset(image) + block * (WeightBlocks.BLOCK_LANES * 4L);
        for (int y = 0; y < layer.height(); y++) {
            int firstKy = Math.max(0, -geometry.sourceRow(y, 0));
            int endKy = Math.min(geometry.kernelHeight(), below.height() - geometry.sourceRow(y, 0));
            for (int x = 0; x < layer.width(); x++) {
                int firstKx = Math.max(0, -geometry.sourceColumn(x, 0));
                int endKx = Math.min(geometry.kernelWidth(), below.width() - geometry.sourceColumn(x, 0));
                int position = geometry.sourceRow(y, firstKy) * below.width() + geometry.sourceColumn(x, firstKx);
                int tap = firstKy * geometry.kernelWidth() + firstKx;
                RowSums.add(
                        weights.segment(),
                        weights.blockOffset(block) + (tap - position) * positionBytes,
                        lanes,
                        (geometry.kernelWidth() - below.width()) * positionBytes,
                        source,
                        image,
                        position,
                        Math.max(0, endKx - firstKx),
                        below.width(),
                        endKx > firstKx ? Math.max(0, endKy - firstKy) : 0,
                        from.segment(),
                        to.segment(),
                        sums + layer.index(y * layer.width() + x, 0) * 4L);
            }
        }
    }

    @Override
    public void addBackward(
            ConvolutionGeometry geometry, Events target, WeightBlocks weights, FloatTensor current, int images) {
        for (int block = 0; block < weights.blocks(); block++) {
            for (int tap = 0; tap < geometry.taps(); tap++) {
                for (int image = 0; image < images; image++) {
                    backwardImage(geometry, target, weights, current, block, tap, image);
                }
            }
        }
    }

    private static void backwardImage(
            ConvolutionGeometry geometry,
            Events target,
            WeightBlocks weights,
            FloatTensor current,
            int block,
            int tap,
            int image) {
        LayerLayout layer = geometry.target();
        LayerLayout below = geometry.source();
        int ky = tap / geometry.kernelWidth();
        int kx = tap % geometry.kernelWidth();
        int lanes = weights.blockLanes(block);
        long positionBytes = (long) layer.channelStride() * lanes * 4L;
        long sums = current.imageOffset(image) + block * (WeightBlocks.BLOCK_LANES * 4L);
        int firstX = geometry.firstTargetColumn(kx);
        int endX = geometry.endTargetColumn(kx);
        MemorySegment starts = target.starts();
        long startBase = target.startsOffset(image);
        for (int y = geometry.firstTargetRow(ky); y < geometry.endTargetRow(ky); y++) {
            for (int x = firstX; x < endX; x++) {
                int position = y * layer.width() + x;
                int begin = starts.get(ValueLayout.JAVA_INT, startBase + position * 4L);
                int end = starts.get(ValueLayout.JAVA_INT, startBase + (position + 1) * 4L);
                if (begin < end) {
                    int receiver = geometry.sourceRow(y, ky) * below.width() + geometry.sourceColumn(x, kx);
                    RowSums.add(
                            weights.segment(),
                            weights.blockOffset(block) + (tap - position) * positionBytes,
                            lanes,
                            0,
                            target,
                            image,
                            position,
                            1,
                            0,
                            1,
                            current.segment(),
                            current.segment(),
                            sums + below.index(receiver, 0) * 4L);
                }
            }
        }
    }
}

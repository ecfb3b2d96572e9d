package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.jspecify.annotations.Nullable;

/** The specification of {@link PlasticityKernels}. */
final class ScalarPlasticityKernels implements PlasticityKernels {
    @Override
    public void addOuterProducts(
            ConvolutionGeometry geometry,
            FloatTensor source,
            FloatTensor target,
            float sign,
            int firstImage,
            int endImage,
            WeightBlocks gradient,
            int block,
            int firstTap,
            int endTap) {
        for (int tap = firstTap; tap < endTap; tap++) {
            addTap(geometry, source, target, sign, firstImage, endImage, gradient, block, tap);
        }
    }

    private static void addTap(
            ConvolutionGeometry geometry,
            FloatTensor source,
            FloatTensor target,
            float sign,
            int firstImage,
            int endImage,
            WeightBlocks gradient,
            int block,
            int tap) {
        LayerLayout from = geometry.source();
        LayerLayout to = geometry.target();
        int ky = tap / geometry.kernelWidth();
        int kx = tap % geometry.kernelWidth();
        int lanes = gradient.blockLanes(block);
        int firstLane = block * WeightBlocks.BLOCK_LANES;
        for (int image = firstImage; image < endImage; image++) {
            for (int y = geometry.firstTargetRow(ky); y < geometry.endTargetRow(ky); y++) {
                for (int x = geometry.firstTargetColumn(kx); x < geometry.endTargetColumn(kx); x++) {
                    int position = geometry.sourceRow(y, ky) * from.width() + geometry.sourceColumn(x, kx);
                    int receiver = to.index(y * to.width() + x, firstLane);
                    for (int c = 0; c < from.channelStride(); c++) {
                        float sent = source.get(image, from.index(position, c));
                        // Gradients are float32.
                        long offset = gradient.offset(tap * from.channelStride() + c, firstLane) / Float32Weights.BYTES;
                        for (int lane = 0; lane < lanes; lane++) {
                            float sum = Floats.get(gradient.segment(), offset + lane);
                            Floats.set(
                                    gradient.segment(),
                                    offset + lane,
                                    Math.fma(sent, sign * target.get(image, receiver + lane), sum));
                        }
                    }
                }
            }
        }
    }

    @Override
    public void addBiasGradient(FloatTensor target, float sign, int images, MemorySegment gradient) {
        LayerLayout layout = target.layout();
        for (int image = 0; image < images; image++) {
            for (int n = 0; n < layout.paddedNeurons(); n++) {
                int channel = n % layout.channelStride();
                Floats.set(gradient, channel, Floats.get(gradient, channel) + sign * target.get(image, n));
            }
        }
    }

    @Override
    public void sgdUpdate(
            PoolFolding folding,
            int channels,
            WeightBlocks gradient,
            Descent descent,
            @Nullable WeightBlocks velocity,
            WeightBlocks master,
            int block) {
        int taps = master.rows() / channels;
        int lanes = master.blockLanes(block);
        int firstLane = block * WeightBlocks.BLOCK_LANES;
        for (int tap = 0; tap < taps; tap++) {
            for (int c = 0; c < channels; c++) {
                int row = tap * channels + c;
                for (int lane = firstLane; lane < firstLane + lanes; lane++) {
                    float sum = unfoldedGradient(folding, channels, gradient, tap, c, lane);
                    float w = master.get(row, lane);
                    float change = descent.scale() * sum - descent.decay() * w;
                    float step = change;
                    if (velocity != null) {
                        step = descent.momentum() * velocity.get(row, lane) + change;
                        velocity.set(row, lane, step);
                        step = descent.nesterov() ? descent.momentum() * step + change : step;
                    }
                    master.set(row, lane, descent.keep() * w + descent.rate() * step);
                }
            }
        }
    }

    @Override
    public void adapt(
            PoolFolding folding,
            int channels,
            WeightBlocks gradient,
            Adaptation adaptation,
            WeightBlocks mean,
            WeightBlocks square,
            WeightBlocks master,
            int block) {
        int firstLane = block * WeightBlocks.BLOCK_LANES;
        for (int row = 0; row < master.rows(); row++) {
            for (int lane = firstLane; lane < firstLane + master.blockLanes(block); lane++) {
                float sum = unfoldedGradient(folding, channels, gradient, row / channels, row % channels, lane);
                float w = master.get(row, lane);
                float change = adaptation.scale() * sum - adaptation.decay() * w;
                float m = adaptation.keepMean() * mean.get(row, lane) + adaptation.newMean() * change;
                float v = adaptation.keepSquare() * square.get(row, lane) + adaptation.newSquare() * (change * change);
                float root = (float) Math.sqrt(v) * adaptation.correction() + adaptation.epsilon();
                mean.set(row, lane, m);
                square.set(row, lane, v);
                master.set(row, lane, adaptation.keep() * w + adaptation.rate() * m / root);
            }
        }
    }

    /** A connection without pooling has the same taps folded and unfolded, whatever the shape of its kernel. */
    private static float unfoldedGradient(
            PoolFolding folding, int channels, WeightBlocks gradient, int tap, int channel, int lane) {
        if (folding.pool() == 1) {
            return gradient.get(tap * channels + channel, lane);
        }
        float sum = 0f;
        for (int member = 0; member < folding.pool() * folding.pool(); member++) {
            sum += gradient.get(folding.foldedTap(tap, member) * channels + channel, lane);
        }
        return sum;
    }

    @Override
    public void fold(PoolFolding folding, int channels, WeightBlocks master, WeightBlocks folded, int block) {
        int side = folding.foldedKernel();
        int firstLane = block * WeightBlocks.BLOCK_LANES;
        for (int tap = 0; tap < side * side; tap++) {
            for (int c = 0; c < channels; c++) {
                for (int lane = firstLane; lane < firstLane + master.blockLanes(block); lane++) {
                    float sum = 0f;
                    for (int i = 0; i < folding.pool(); i++) {
                        for (int j = 0; j < folding.pool(); j++) {
                            int ky = tap / side - folding.stride() * i;
                            int kx = tap % side - folding.stride() * j;
                            if (ky >= 0 && ky < folding.kernel() && kx >= 0 && kx < folding.kernel()) {
                                sum += master.get((ky * folding.kernel() + kx) * channels + c, lane);
                            }
                        }
                    }
                    folded.set(tap * channels + c, lane, folding.mean() * sum);
                }
            }
        }
    }

    @Override
    public void transpose(
            ConvolutionGeometry geometry, WeightBlocks forward, float gain, WeightBlocks backward, int tap) {
        int sources = geometry.source().channelStride();
        int targets = geometry.target().channelStride();
        for (int c = 0; c < sources; c++) {
            for (int t = 0; t < targets; t++) {
                backward.set(tap * targets + t, c, gain * forward.get(tap * sources + c, t));
            }
        }
    }
}

package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.FLOATS;
import static org.equipoise.kernel.Lanes.ORDER;
import static org.equipoise.kernel.Lanes.load;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/** One pass over a layer's cotangents, whose masks are read from packed words as they are written to them. */
final class VectorAdjointKernels implements AdjointKernels {
    private static FloatVector flush(FloatVector cotangent) {
        return cotangent.blend(0f, cotangent.abs().compare(VectorOperators.LT, MIN));
    }

    private static VectorMask<Float> mask(long word, int lane) {
        return VectorMask.fromLong(FLOATS, word >>> lane);
    }

    private static long word(MemorySegment bits, long words, int first) {
        return bits.get(ValueLayout.JAVA_LONG, words + (first >>> 3));
    }

    @Override
    public void recordUnclipped(
            float epsilon,
            Activation activation,
            FloatTensor drive,
            MemorySegment bias,
            FloatTensor before,
            SpikeTensor unclipped,
            int firstImage,
            int endImage) {
        LayerLayout layout = drive.layout();
        for (int i = firstImage; i < endImage; i++) {
            recordUnclippedOne(
                    epsilon,
                    activation == Activation.HALF_CLIP,
                    drive.segment(),
                    before.segment(),
                    drive.imageOffset(i),
                    bias,
                    layout.channelStride(),
                    unclipped.segment(),
                    unclipped.imageOffset(i),
                    layout.paddedNeurons());
        }
    }

    private static void recordUnclippedOne(
            float epsilon,
            boolean half,
            MemorySegment drive,
            MemorySegment before,
            long offset,
            MemorySegment bias,
            int channels,
            MemorySegment unclipped,
            long words,
            int neurons) {
        int channel = 0;
        for (int first = 0; first < neurons; first += Long.SIZE) {
            long word = 0;
            int end = Math.min(Long.SIZE, neurons - first);
            for (int lane = 0; lane < end; lane += COUNT) {
                long at = offset + (first + lane) * 4L;
                FloatVector d = load(drive, at).add(load(bias, channel * 4L));
                FloatVector s = load(before, at);
                FloatVector x = half ? d.mul(0.5f) : s.add(d.sub(s).mul(epsilon));
                VectorMask<Float> inside = x.compare(VectorOperators.GE, 0f).and(x.compare(VectorOperators.LE, 1f));
                word |= inside.toLong() << lane;
                channel += COUNT;
                if (channel == channels) {
                    channel = 0;
                }
            }
            unclipped.set(ValueLayout.JAVA_LONG, words + (first >>> 3), word);
        }
    }

    @Override
    public void recordWindow(
            float threshold,
            float width,
            FloatTensor phi,
            SpikeTensor q,
            SpikeTensor window,
            int firstImage,
            int endImage) {
        for (int i = firstImage; i < endImage; i++) {
            recordWindowOne(
                    threshold,
                    width,
                    phi.segment(),
                    phi.imageOffset(i),
                    q.segment(),
                    window.segment(),
                    q.imageOffset(i),
                    phi.layout().paddedNeurons());
        }
    }

    private static void recordWindowOne(
            float threshold,
            float width,
            MemorySegment phi,
            long offset,
            MemorySegment q,
            MemorySegment window,
            long words,
            int neurons) {
        for (int first = 0; first < neurons; first += Long.SIZE) {
            long fired = word(q, words, first);
            long word = 0;
            int end = Math.min(Long.SIZE, neurons - first);
            for (int lane = 0; lane < end; lane += COUNT) {
                FloatVector p = potential(phi, offset + (first + lane) * 4L, fired, lane);
                VectorMask<Float> near = p.sub(threshold).abs().compare(VectorOperators.LT, width);
                word |= near.toLong() << lane;
            }
            window.set(ValueLayout.JAVA_LONG, words + (first >>> 3), word);
        }
    }

    private static FloatVector potential(MemorySegment phi, long at, long fired, int lane) {
        FloatVector residue = load(phi, at);
        return residue.add(1f, mask(fired, lane));
    }

    @Override
    public void recordSlope(
            float threshold,
            float width,
            FloatTensor phi,
            SpikeTensor q,
            FloatTensor slope,
            int firstImage,
            int endImage) {
        for (int i = firstImage; i < endImage; i++) {
            recordSlopeOne(
                    threshold,
                    width,
                    phi.segment(),
                    slope.segment(),
                    phi.imageOffset(i),
                    q.segment(),
                    q.imageOffset(i),
                    phi.layout().paddedNeurons());
        }
    }

    private static void recordSlopeOne(
            float threshold,
            float width,
            MemorySegment phi,
            MemorySegment slope,
            long offset,
            MemorySegment q,
            long words,
            int neurons) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        for (int first = 0; first < neurons; first += Long.SIZE) {
            long fired = word(q, words, first);
            int end = Math.min(Long.SIZE, neurons - first);
            for (int lane = 0; lane < end; lane += COUNT) {
                long at = offset + (first + lane) * 4L;
                FloatVector r = potential(phi, at, fired, lane)
                        .sub(threshold)
                        .abs()
                        .div(width)
                        .add(1f);
                one.div(r.mul(r)).intoMemorySegment(slope, at, ORDER);
            }
        }
    }

    @Override
    public void backClipped(
            float epsilon,
            Activation activation,
            OutputCotangent output,
            SpikeTensor unclipped,
            FloatTensor s,
            InputCotangents input,
            int firstImage,
            int endImage) {
        LayerLayout layout = s.layout();
        for (int i = firstImage; i < endImage; i++) {
            backClippedOne(
                    epsilon,
                    activation == Activation.HALF_CLIP,
                    output.sent().segment(),
                    output.gain(),
                    unclipped.segment(),
                    unclipped.imageOffset(i),
                    s.segment(),
                    input.current().segment(),
                    s.imageOffset(i),
                    input.bias().segment(),
                    input.bias().imageOffset(i),
                    layout.channelStride(),
                    layout.paddedNeurons());
        }
    }

    private static void backClippedOne(
            float epsilon,
            boolean half,
            MemorySegment sent,
            float gain,
            MemorySegment unclipped,
            long words,
            MemorySegment activations,
            MemorySegment current,
            long offset,
            MemorySegment bias,
            long biasOffset,
            int channels,
            int neurons) {
        FloatVector zero = FloatVector.zero(FLOATS);
        float keep = 1f - epsilon;
        int channel = 0;
        for (int first = 0; first < neurons; first += Long.SIZE) {
            long word = word(unclipped, words, first);
            int end = Math.min(Long.SIZE, neurons - first);
            for (int lane = 0; lane < end; lane += COUNT) {
                long at = offset + (first + lane) * 4L;
                FloatVector g = flush(load(activations, at).add(load(sent, at).mul(gain)));
                FloatVector m = zero.blend(g, mask(word, lane));
                FloatVector u = half ? m.mul(0.5f).mul(epsilon) : m.mul(epsilon);
                (half ? g : m).mul(keep).intoMemorySegment(activations, at, ORDER);
                u.intoMemorySegment(current, at, ORDER);
                addBias(bias, biasOffset + channel * 4L, u);
                channel += COUNT;
                if (channel == channels) {
                    channel = 0;
                }
            }
        }
    }

    private static void addBias(MemorySegment bias, long at, FloatVector cotangent) {
        load(bias, at).add(cotangent).intoMemorySegment(bias, at, ORDER);
    }

    @Override
    public void backSmooth(
            float epsilon,
            Activation activation,
            OutputCotangent output,
            FloatTensor before,
            FloatTensor after,
            FloatTensor s,
            InputCotangents input,
            int firstImage,
            int endImage) {
        LayerLayout layout = s.layout();
        for (int i = firstImage; i < endImage; i++) {
            backSmoothOne(
                    epsilon,
                    activation == Activation.SIGMOID,
                    output.sent().segment(),
                    output.gain(),
                    before.segment(),
                    after.segment(),
                    s.segment(),
                    input.current().segment(),
                    s.imageOffset(i),
                    input.bias().segment(),
                    input.bias().imageOffset(i),
                    layout.channelStride(),
                    layout.paddedNeurons());
        }
    }

    private static void backSmoothOne(
            float epsilon,
            boolean sigmoid,
            MemorySegment sent,
            float gain,
            MemorySegment before,
            MemorySegment after,
            MemorySegment activations,
            MemorySegment current,
            long offset,
            MemorySegment bias,
            long biasOffset,
            int channels,
            int neurons) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        float inverse = 1f / epsilon;
        float keep = 1f - epsilon;
        int channel = 0;
        for (int n = 0; n < neurons; n += COUNT) {
            long at = offset + n * 4L;
            FloatVector old = load(before, at);
            FloatVector rho = old.add(load(after, at).sub(old).mul(inverse));
            FloatVector slope = sigmoid ? rho.mul(4f).mul(one.sub(rho)) : one.sub(rho.mul(rho));
            FloatVector g = flush(load(activations, at).add(load(sent, at).mul(gain)));
            FloatVector u = g.mul(slope).mul(epsilon);
            g.mul(keep).intoMemorySegment(activations, at, ORDER);
            u.intoMemorySegment(current, at, ORDER);
            addBias(bias, biasOffset + channel * 4L, u);
            channel += COUNT;
            if (channel == channels) {
                channel = 0;
            }
        }
    }

    @Override
    public void backSpiking(
            SigmaDeltaStep step,
            boolean attached,
            OutputCotangent output,
            SpikeTensor unclipped,
            Slope slope,
            StateCotangents state,
            InputCotangents input,
            int firstImage,
            int endImage) {
        LayerLayout layout = state.s().layout();
        for (int i = firstImage; i < endImage; i++) {
            backSpikingOne(
                    step,
                    attached,
                    output.sent().segment(),
                    output.gain(),
                    unclipped.segment(),
                    slope instanceof Slope.Window window ? window.window().segment() : null,
                    unclipped.imageOffset(i),
                    slope instanceof Slope.Values values ? values.values().segment() : null,
                    state.s().segment(),
                    state.v().segment(),
                    state.phi().segment(),
                    input.current().segment(),
                    state.s().imageOffset(i),
                    input.bias().segment(),
                    input.bias().imageOffset(i),
                    layout.channelStride(),
                    layout.paddedNeurons());
        }
    }

    private static void backSpikingOne(
            SigmaDeltaStep step,
            boolean attached,
            MemorySegment sent,
            float gain,
            MemorySegment unclipped,
            @Nullable MemorySegment window,
            long words,
            @Nullable MemorySegment slope,
            MemorySegment activations,
            MemorySegment decoder,
            MemorySegment residue,
            MemorySegment current,
            long offset,
            MemorySegment bias,
            long biasOffset,
            int channels,
            int neurons) {
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        float keep = 1f - step.epsilon();
        int channel = 0;
        for (int first = 0; first < neurons; first += Long.SIZE) {
            long inside = word(unclipped, words, first);
            long near = window == null ? -1L : word(window, words, first);
            int end = Math.min(Long.SIZE, neurons - first);
            for (int lane = 0; lane < end; lane += COUNT) {
                long at = offset + (first + lane) * 4L;
                FloatVector c = load(sent, at).mul(gain);
                FloatVector phi = load(residue, at);
                FloatVector p;
                if (slope == null) {
                    p = phi.blend(attached ? c : c.add(phi), mask(near, lane));
                } else {
                    FloatVector r = load(slope, at);
                    p = c.mul(r).add(attached ? phi.mul(one.sub(r)) : phi);
                }
                p = flush(p);
                p.intoMemorySegment(residue, at, ORDER);
                FloatVector a = p.mul(step.inverseLambda());
                FloatVector m = zero.blend(flush(load(activations, at).add(a)), mask(inside, lane));
                FloatVector d = m.mul(step.epsilon());
                FloatVector v = flush(load(decoder, at).add(d));
                m.mul(keep).sub(a.mul(step.retain())).intoMemorySegment(activations, at, ORDER);
                v.mul(step.retain()).intoMemorySegment(decoder, at, ORDER);
                v.mul(step.lambda()).intoMemorySegment(current, at, ORDER);
                addBias(bias, biasOffset + channel * 4L, d);
                channel += COUNT;
                if (channel == channels) {
                    channel = 0;
                }
            }
        }
    }

    @Override
    public void expand(SpikeTensor spikes, FloatTensor to, int firstImage, int endImage) {
        for (int i = firstImage; i < endImage; i++) {
            expandOne(
                    spikes.segment(),
                    spikes.imageOffset(i),
                    to.segment(),
                    to.imageOffset(i),
                    to.layout().floatStride());
        }
    }

    private static void expandOne(MemorySegment spikes, long words, MemorySegment to, long offset, int neurons) {
        FloatVector zero = FloatVector.zero(FLOATS);
        for (int first = 0; first < neurons; first += Long.SIZE) {
            long word = word(spikes, words, first);
            int end = Math.min(Long.SIZE, neurons - first);
            for (int lane = 0; lane < end; lane += COUNT) {
                zero.blend(1f, mask(word, lane)).intoMemorySegment(to, offset + (first + lane) * 4L, ORDER);
            }
        }
    }

    @Override
    public void scale(float factor, FloatTensor values, int firstImage, int endImage) {
        for (int i = firstImage; i < endImage; i++) {
            scaleOne(
                    factor,
                    values.segment(),
                    values.imageOffset(i),
                    values.layout().paddedNeurons());
        }
    }

    private static void scaleOne(float factor, MemorySegment values, long offset, int neurons) {
        for (int n = 0; n < neurons; n += COUNT) {
            load(values, offset + n * 4L).mul(factor).intoMemorySegment(values, offset + n * 4L, ORDER);
        }
    }
}

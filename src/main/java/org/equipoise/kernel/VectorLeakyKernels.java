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
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/** One pass over a layer's state, lanes being neighbouring channels, whose padding stays zero. */
final class VectorLeakyKernels implements LeakyKernels {
    @Override
    public void encodeImage(FloatTensor image, FloatTensor v, SpikeTensor q, int images) {
        for (int i = 0; i < images; i++) {
            encodeOne(
                    image.segment(),
                    v.segment(),
                    image.imageOffset(i),
                    q.segment(),
                    q.imageOffset(i),
                    image.layout().floatStride());
        }
    }

    /** The floats between the last neuron and the end of the stride are zero and stay so: they never reach the threshold. */
    private static void encodeOne(
            MemorySegment image, MemorySegment potentials, long offset, MemorySegment spikes, long words, int neurons) {
        for (int first = 0; first < neurons; first += Long.SIZE) {
            long word = 0;
            int end = Math.min(Long.SIZE, neurons - first);
            for (int lane = 0; lane < end; lane += COUNT) {
                long at = offset + (first + lane) * 4L;
                FloatVector v = load(potentials, at).add(load(image, at));
                VectorMask<Float> fired = v.compare(VectorOperators.GT, ENCODER_THRESHOLD);
                v.sub(1f, fired).intoMemorySegment(potentials, at, ORDER);
                word |= fired.toLong() << lane;
            }
            spikes.set(ValueLayout.JAVA_LONG, words + (first >>> 3), word);
        }
    }

    @Override
    public void step(
            LeakyStep step,
            FloatTensor current,
            MemorySegment bias,
            @Nullable Nudge nudge,
            LeakyState state,
            int firstImage,
            int endImage) {
        LayerLayout layout = current.layout();
        for (int i = firstImage; i < endImage; i++) {
            stepOne(
                    step,
                    current.segment(),
                    current.imageOffset(i),
                    state.v().imageOffset(i),
                    bias,
                    layout.channelStride(),
                    nudge instanceof Nudge.Towards towards ? towards.beta() : 0f,
                    nudge instanceof Nudge.Towards towards ? towards.target().segment() : null,
                    nudge instanceof Nudge.By by ? by.drive().segment() : null,
                    state.v().segment(),
                    state.rate().segment(),
                    state.slow().segment(),
                    state.q().segment(),
                    state.q().imageOffset(i),
                    layout.paddedNeurons());
        }
    }

    private static void stepOne(
            LeakyStep step,
            MemorySegment current,
            long currentOffset,
            long offset,
            MemorySegment bias,
            int channels,
            float beta,
            @Nullable MemorySegment target,
            @Nullable MemorySegment drive,
            MemorySegment potentials,
            MemorySegment rates,
            MemorySegment slows,
            MemorySegment spikes,
            long words,
            int neurons) {
        int channel = 0;
        for (int first = 0; first < neurons; first += Long.SIZE) {
            long word = 0;
            int end = Math.min(Long.SIZE, neurons - first);
            for (int lane = 0; lane < end; lane += COUNT) {
                long at = offset + (first + lane) * 4L;
                FloatVector rate = load(rates, at);
                FloatVector u = load(current, at + currentOffset - offset);
                FloatVector v = load(potentials, at).mul(step.keep()).add(u.add(load(bias, channel * 4L)));
                if (target != null) {
                    v = v.add(load(target, at).sub(rate).mul(beta));
                }
                if (drive != null) {
                    v = v.add(load(drive, at));
                }
                VectorMask<Float> fired = v.compare(VectorOperators.GT, step.threshold());
                v = v.sub(step.threshold(), fired);
                v = v.blend(-step.threshold(), v.compare(VectorOperators.LT, -step.threshold()));
                v = v.blend(step.threshold(), v.compare(VectorOperators.GT, step.threshold()));
                FloatVector q = FloatVector.zero(FLOATS).blend(1f, fired);
                FloatVector slow = load(slows, at);
                rate = rate.add(q.sub(rate).mul(step.filter()));
                v.intoMemorySegment(potentials, at, ORDER);
                rate.intoMemorySegment(rates, at, ORDER);
                slow.add(rate.sub(slow).mul(step.filter())).intoMemorySegment(slows, at, ORDER);
                word |= fired.toLong() << lane;
                channel += COUNT;
                if (channel == channels) {
                    channel = 0;
                }
            }
            spikes.set(ValueLayout.JAVA_LONG, words + (first >>> 3), word);
        }
    }

    @Override
    public void spikesAndChanges(
            LeakyStep step, LeakyState state, FloatTensor sum, FloatTensor difference, int firstImage, int images) {
        for (int i = 0; i < images; i++) {
            spikesAndChangesOfOne(
                    step.filter(),
                    state.rate().segment(),
                    state.slow().segment(),
                    state.rate().imageOffset(i),
                    state.q().segment(),
                    state.q().imageOffset(i),
                    sum.segment(),
                    difference.segment(),
                    sum.imageOffset(firstImage + i),
                    state.q().layout().paddedNeurons());
        }
    }

    private static void spikesAndChangesOfOne(
            float filter,
            MemorySegment rates,
            MemorySegment slows,
            long from,
            MemorySegment spikes,
            long words,
            MemorySegment sums,
            MemorySegment differences,
            long to,
            int neurons) {
        for (int first = 0; first < neurons; first += Long.SIZE) {
            long word = spikes.get(ValueLayout.JAVA_LONG, words + (first >>> 3));
            int end = Math.min(Long.SIZE, neurons - first);
            for (int lane = 0; lane < end; lane += COUNT) {
                long at = (first + lane) * 4L;
                FloatVector change =
                        load(rates, from + at).sub(load(slows, from + at)).mul(filter);
                FloatVector q = FloatVector.zero(FLOATS).blend(1f, VectorMask.fromLong(FLOATS, word >>> lane));
                q.add(change).intoMemorySegment(sums, to + at, ORDER);
                q.sub(change).intoMemorySegment(differences, to + at, ORDER);
            }
        }
    }
}

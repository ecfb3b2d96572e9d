package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.COUNT;
import static org.equipoise.kernel.Lanes.FLOATS;
import static org.equipoise.kernel.Lanes.ORDER;
import static org.equipoise.kernel.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.jspecify.annotations.Nullable;

/** One pass over a layer's state, lanes being neighbouring channels, whose padding stays zero. */
final class VectorLeakyKernels implements LeakyKernels {
    private static FloatVector fired(FloatVector potential, float threshold) {
        return FloatVector.zero(FLOATS).blend(1f, potential.compare(VectorOperators.GT, threshold));
    }

    @Override
    public void encodeImage(FloatTensor image, FloatTensor v, FloatTensor q, int images) {
        for (int i = 0; i < images; i++) {
            encodeOne(
                    image.segment(),
                    v.segment(),
                    q.segment(),
                    image.imageOffset(i),
                    image.layout().floatStride());
        }
    }

    /** The floats between the last neuron and the end of the stride are zero and stay so: they never reach the threshold. */
    private static void encodeOne(
            MemorySegment image, MemorySegment potentials, MemorySegment spikes, long offset, int neurons) {
        for (int n = 0; n < neurons; n += COUNT) {
            long at = offset + n * 4L;
            FloatVector v = load(potentials, at).add(load(image, at));
            FloatVector q = fired(v, ENCODER_THRESHOLD);
            q.intoMemorySegment(spikes, at, ORDER);
            v.sub(q).intoMemorySegment(potentials, at, ORDER);
        }
    }

    @Override
    public void step(
            LeakyStep step,
            FloatTensor current,
            MemorySegment bias,
            @Nullable Nudge nudge,
            LeakyState state,
            int images) {
        LayerLayout layout = current.layout();
        for (int i = 0; i < images; i++) {
            stepOne(
                    step,
                    current.segment(),
                    current.imageOffset(i),
                    bias,
                    layout.channelStride(),
                    nudge instanceof Nudge.Towards towards ? towards.beta() : 0f,
                    nudge instanceof Nudge.Towards towards ? towards.target().segment() : null,
                    nudge instanceof Nudge.By by ? by.drive().segment() : null,
                    state.v().segment(),
                    state.q().segment(),
                    state.rate().segment(),
                    state.slow().segment(),
                    layout.paddedNeurons());
        }
    }

    private static void stepOne(
            LeakyStep step,
            MemorySegment current,
            long offset,
            MemorySegment bias,
            int channels,
            float beta,
            @Nullable MemorySegment target,
            @Nullable MemorySegment drive,
            MemorySegment potentials,
            MemorySegment spikes,
            MemorySegment rates,
            MemorySegment slows,
            int neurons) {
        int channel = 0;
        for (int n = 0; n < neurons; n += COUNT) {
            long at = offset + n * 4L;
            FloatVector rate = load(rates, at);
            FloatVector v =
                    load(potentials, at).mul(step.keep()).add(load(current, at).add(load(bias, channel * 4L)));
            if (target != null) {
                v = v.add(load(target, at).sub(rate).mul(beta));
            }
            if (drive != null) {
                v = v.add(load(drive, at));
            }
            FloatVector q = fired(v, step.threshold());
            v = v.sub(q.mul(step.threshold()));
            v = v.blend(-step.threshold(), v.compare(VectorOperators.LT, -step.threshold()));
            v = v.blend(step.threshold(), v.compare(VectorOperators.GT, step.threshold()));
            FloatVector slow = load(slows, at);
            rate = rate.add(q.sub(rate).mul(step.filter()));
            v.intoMemorySegment(potentials, at, ORDER);
            q.intoMemorySegment(spikes, at, ORDER);
            rate.intoMemorySegment(rates, at, ORDER);
            slow.add(rate.sub(slow).mul(step.filter())).intoMemorySegment(slows, at, ORDER);
            channel += COUNT;
            if (channel == channels) {
                channel = 0;
            }
        }
    }

    @Override
    public void spikesAndChanges(
            LeakyStep step, LeakyState state, FloatTensor sum, FloatTensor difference, int firstImage, int images) {
        for (int i = 0; i < images; i++) {
            spikesAndChangesOfOne(
                    step.filter(),
                    state.q().segment(),
                    state.rate().segment(),
                    state.slow().segment(),
                    state.q().imageOffset(i),
                    sum.segment(),
                    difference.segment(),
                    sum.imageOffset(firstImage + i),
                    state.q().layout().paddedNeurons());
        }
    }

    private static void spikesAndChangesOfOne(
            float filter,
            MemorySegment spikes,
            MemorySegment rates,
            MemorySegment slows,
            long from,
            MemorySegment sums,
            MemorySegment differences,
            long to,
            int neurons) {
        for (int n = 0; n < neurons; n += COUNT) {
            long at = from + n * 4L;
            FloatVector change = load(rates, at).sub(load(slows, at)).mul(filter);
            FloatVector q = load(spikes, at);
            q.add(change).intoMemorySegment(sums, to + n * 4L, ORDER);
            q.sub(change).intoMemorySegment(differences, to + n * 4L, ORDER);
        }
    }
}

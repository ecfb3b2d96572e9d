package org.equipoise.kernel;

import static org.equipoise.kernel.Lanes.COUNT;
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

/** One pass over a layer's state that writes packed spike words straight from comparison masks. */
final class VectorNeuronKernels implements NeuronKernels {
    private final ScalarNeuronKernels scalar = new ScalarNeuronKernels();

    private static FloatVector clip(FloatVector x) {
        FloatVector low = x.blend(0f, x.compare(VectorOperators.LT, 0f));
        return low.blend(1f, low.compare(VectorOperators.GT, 1f));
    }

    @Override
    public void encodeImage(
            SigmaDeltaStep step, FloatTensor image, boolean first, FloatTensor phi, SpikeTensor q, int images) {
        LayerLayout layout = image.layout();
        for (int i = 0; i < images; i++) {
            encodeOne(
                    step,
                    image.segment(),
                    phi.segment(),
                    image.imageOffset(i),
                    first ? 0f : step.retain(),
                    q.segment(),
                    q.imageOffset(i),
                    layout.floatStride());
        }
    }

    /** The floats between the last neuron and the end of the stride are zero and stay so: they never reach the threshold. */
    private static void encodeOne(
            SigmaDeltaStep step,
            MemorySegment image,
            MemorySegment phi,
            long offset,
            float retainPrevious,
            MemorySegment spikes,
            long words,
            int neurons) {
        for (int first = 0; first < neurons; first += Long.SIZE) {
            long word = 0;
            int end = Math.min(Long.SIZE, neurons - first);
            for (int lane = 0; lane < end; lane += COUNT) {
                long at = offset + (first + lane) * 4L;
                FloatVector x = load(image, at);
                FloatVector a = x.sub(x.mul(retainPrevious)).mul(step.inverseLambda());
                FloatVector p = load(phi, at).add(a);
                VectorMask<Float> fired = p.compare(VectorOperators.GT, step.threshold());
                p.sub(1f, fired).intoMemorySegment(phi, at, ORDER);
                word |= fired.toLong() << lane;
            }
            spikes.set(ValueLayout.JAVA_LONG, words + (first >>> 3), word);
        }
    }

    @Override
    public void stepSpiking(
            SigmaDeltaStep step,
            FloatTensor current,
            MemorySegment bias,
            @Nullable Nudge nudge,
            SpikingState state,
            int firstImage,
            int endImage) {
        LayerLayout layout = current.layout();
        for (int i = firstImage; i < endImage; i++) {
            stepOne(
                    step,
                    current.segment(),
                    current.imageOffset(i),
                    state.s().imageOffset(i),
                    bias,
                    layout.channelStride(),
                    nudge instanceof Nudge.Towards towards ? towards.beta() : 0f,
                    nudge instanceof Nudge.Towards towards ? towards.target().segment() : null,
                    nudge instanceof Nudge.By by ? by.drive().segment() : null,
                    state.s().segment(),
                    state.v().segment(),
                    state.phi().segment(),
                    state.q().segment(),
                    state.expected().segment(),
                    state.q().imageOffset(i),
                    layout.paddedNeurons());
        }
    }

    private static void stepOne(
            SigmaDeltaStep step,
            MemorySegment current,
            long currentOffset,
            long offset,
            MemorySegment bias,
            int channels,
            float beta,
            @Nullable MemorySegment target,
            @Nullable MemorySegment drive,
            MemorySegment activations,
            MemorySegment decoder,
            MemorySegment residue,
            MemorySegment spikes,
            MemorySegment expected,
            long words,
            int neurons) {
        int channel = 0;
        for (int first = 0; first < neurons; first += Long.SIZE) {
            long word = 0;
            long active = 0;
            int end = Math.min(Long.SIZE, neurons - first);
            for (int lane = 0; lane < end; lane += COUNT) {
                long at = offset + (first + lane) * 4L;
                FloatVector v = load(decoder, at)
                        .mul(step.retain())
                        .add(load(current, at + currentOffset - offset).mul(step.lambda()));
                v.intoMemorySegment(decoder, at, ORDER);
                FloatVector s = load(activations, at);
                FloatVector d = v.add(load(bias, channel * 4L));
                if (target != null) {
                    d = d.add(load(target, at).sub(s).mul(beta));
                }
                if (drive != null) {
                    d = d.add(load(drive, at));
                }
                FloatVector next = clip(s.add(d.sub(s).mul(step.epsilon())));
                next.intoMemorySegment(activations, at, ORDER);
                FloatVector a = next.sub(s.mul(step.retain())).mul(step.inverseLambda());
                FloatVector p = load(residue, at).add(a);
                VectorMask<Float> fired = p.compare(VectorOperators.GT, step.threshold());
                p.sub(1f, fired).intoMemorySegment(residue, at, ORDER);
                word |= fired.toLong() << lane;
                active |= next.compare(VectorOperators.GT, EXPECTED_ABOVE).toLong() << lane;
                channel += COUNT;
                if (channel == channels) {
                    channel = 0;
                }
            }
            spikes.set(ValueLayout.JAVA_LONG, words + (first >>> 3), word);
            expected.set(ValueLayout.JAVA_LONG, words + (first >>> 3), active);
        }
    }

    @Override
    public void stepRate(
            float epsilon,
            Activation activation,
            FloatTensor current,
            MemorySegment bias,
            @Nullable Nudge nudge,
            FloatTensor s,
            int images) {
        if (activation == Activation.SIGMOID || activation == Activation.TANH) {
            scalar.stepRate(epsilon, activation, current, bias, nudge, s, images);
            return;
        }
        LayerLayout layout = current.layout();
        for (int i = 0; i < images; i++) {
            stepRateOne(
                    epsilon,
                    activation == Activation.HALF_CLIP,
                    current.segment(),
                    current.imageOffset(i),
                    bias,
                    layout.channelStride(),
                    nudge instanceof Nudge.Towards towards ? towards.beta() : 0f,
                    nudge instanceof Nudge.Towards towards ? towards.target().segment() : null,
                    nudge instanceof Nudge.By by ? by.drive().segment() : null,
                    s.segment(),
                    layout.paddedNeurons());
        }
    }

    private static void stepRateOne(
            float epsilon,
            boolean half,
            MemorySegment current,
            long offset,
            MemorySegment bias,
            int channels,
            float beta,
            @Nullable MemorySegment target,
            @Nullable MemorySegment drive,
            MemorySegment activations,
            int neurons) {
        int channel = 0;
        for (int n = 0; n < neurons; n += COUNT) {
            long at = offset + n * 4L;
            FloatVector s = load(activations, at);
            FloatVector d = load(current, at).add(load(bias, channel * 4L));
            if (target != null) {
                d = d.add(load(target, at).sub(s).mul(beta));
            }
            if (drive != null) {
                d = d.add(load(drive, at));
            }
            FloatVector next = half
                    ? s.add(clip(d.mul(0.5f)).sub(s).mul(epsilon))
                    : clip(s.add(d.sub(s).mul(epsilon)));
            next.intoMemorySegment(activations, at, ORDER);
            channel += COUNT;
            if (channel == channels) {
                channel = 0;
            }
        }
    }
}

package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/** The specification of {@link NeuronKernels}: one neuron at a time, one operation a line. */
final class ScalarNeuronKernels implements NeuronKernels {
    @Override
    public void encodeImage(
            SigmaDeltaStep step, FloatTensor image, boolean first, FloatTensor phi, SpikeTensor q, int images) {
        LayerLayout layout = image.layout();
        for (int i = 0; i < images; i++) {
            for (int n = 0; n < layout.paddedNeurons(); n++) {
                float x = image.get(i, n);
                float previous = first ? 0f : x;
                float a = (x - step.retain() * previous) * step.inverseLambda();
                fire(step, phi.get(i, n) + a, phi, q, i, n);
            }
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
            for (int n = 0; n < layout.paddedNeurons(); n++) {
                float s = state.s().get(i, n);
                float v = step.retain() * state.v().get(i, n) + step.lambda() * current.get(i, n);
                float d = drive(v, bias, layout, nudge, s, i, n);
                float next = Activation.clip(s + step.epsilon() * (d - s));
                float a = (next - step.retain() * s) * step.inverseLambda();
                state.v().set(i, n, v);
                state.s().set(i, n, next);
                state.expected().set(i, n, next > EXPECTED_ABOVE);
                fire(step, state.phi().get(i, n) + a, state.phi(), state.q(), i, n);
            }
        }
    }

    @Override
    public void stepRate(
            float epsilon,
            Activation activation,
            FloatTensor current,
            MemorySegment bias,
            @Nullable Nudge nudge,
            FloatTensor states,
            int images) {
        LayerLayout layout = current.layout();
        for (int i = 0; i < images; i++) {
            for (int n = 0; n < layout.paddedNeurons(); n++) {
                if (n % layout.channelStride() < layout.channels()) {
                    float s = states.get(i, n);
                    float d = drive(current.get(i, n), bias, layout, nudge, s, i, n);
                    states.set(i, n, nextRate(epsilon, activation, s, d));
                }
            }
        }
    }

    static float nextRate(float epsilon, Activation activation, float s, float d) {
        return activation == Activation.CLIP
                ? Activation.clip(s + epsilon * (d - s))
                : s + epsilon * (activation.apply(d) - s);
    }

    private static float drive(
            float v, MemorySegment bias, LayerLayout layout, @Nullable Nudge nudge, float s, int image, int neuron) {
        float d = v + Floats.get(bias, neuron % layout.channelStride());
        return switch (nudge) {
            case null -> d;
            case Nudge.Towards towards -> d + towards.beta() * (towards.target().get(image, neuron) - s);
            case Nudge.By by -> d + by.drive().get(image, neuron);
        };
    }

    private static void fire(SigmaDeltaStep step, float p, FloatTensor phi, SpikeTensor q, int image, int neuron) {
        boolean fired = p > step.threshold();
        q.set(image, neuron, fired);
        phi.set(image, neuron, fired ? p - 1f : p);
    }
}

package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;

/** The specification of {@link AdjointKernels}: one neuron at a time. */
final class ScalarAdjointKernels implements AdjointKernels {
    private interface Neuron {
        void visit(int image, int neuron);
    }

    private static void forEach(LayerLayout layout, int firstImage, int endImage, Neuron neuron) {
        for (int i = firstImage; i < endImage; i++) {
            for (int n = 0; n < layout.paddedNeurons(); n++) {
                neuron.visit(i, n);
            }
        }
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
        int channels = drive.layout().channelStride();
        forEach(drive.layout(), firstImage, endImage, (i, n) -> {
            float s = before.get(i, n);
            float d = drive.get(i, n) + Floats.get(bias, n % channels);
            float x = activation == Activation.HALF_CLIP ? d * 0.5f : s + epsilon * (d - s);
            unclipped.set(i, n, x >= 0f && x <= 1f);
        });
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
        forEach(
                phi.layout(),
                firstImage,
                endImage,
                (i, n) -> window.set(i, n, Math.abs(potential(phi, q, i, n) - threshold) < width));
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
        forEach(phi.layout(), firstImage, endImage, (i, n) -> {
            float r = 1f + Math.abs(potential(phi, q, i, n) - threshold) / width;
            slope.set(i, n, 1f / (r * r));
        });
    }

    private static float flush(float cotangent) {
        return Math.abs(cotangent) < MIN ? 0f : cotangent;
    }

    private static float potential(FloatTensor phi, SpikeTensor q, int image, int neuron) {
        return q.get(image, neuron) ? phi.get(image, neuron) + 1f : phi.get(image, neuron);
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
        forEach(s.layout(), firstImage, endImage, (i, n) -> {
            float g = flush(s.get(i, n) + output.gain() * output.sent().get(i, n));
            float m = unclipped.get(i, n) ? g : 0f;
            boolean half = activation == Activation.HALF_CLIP;
            float u = half ? m * 0.5f * epsilon : m * epsilon;
            s.set(i, n, (half ? g : m) * (1f - epsilon));
            input.current().set(i, n, u);
            addBias(input, i, n, u);
        });
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
        float inverse = 1f / epsilon;
        forEach(s.layout(), firstImage, endImage, (i, n) -> {
            float rho = before.get(i, n) + (after.get(i, n) - before.get(i, n)) * inverse;
            float slope = activation == Activation.SIGMOID ? rho * 4f * (1f - rho) : 1f - rho * rho;
            float g = flush(s.get(i, n) + output.gain() * output.sent().get(i, n));
            float u = g * slope * epsilon;
            s.set(i, n, g * (1f - epsilon));
            input.current().set(i, n, u);
            addBias(input, i, n, u);
        });
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
        forEach(state.s().layout(), firstImage, endImage, (i, n) -> {
            float c = output.gain() * output.sent().get(i, n);
            float p = flush(throughQuantiser(slope, attached, c, state.phi().get(i, n), i, n));
            float a = p * step.inverseLambda();
            float m = unclipped.get(i, n) ? flush(state.s().get(i, n) + a) : 0f;
            float d = m * step.epsilon();
            float v = flush(state.v().get(i, n) + d);
            state.phi().set(i, n, p);
            state.s().set(i, n, m * (1f - step.epsilon()) - a * step.retain());
            state.v().set(i, n, v * step.retain());
            input.current().set(i, n, v * step.lambda());
            addBias(input, i, n, d);
        });
    }

    private static float throughQuantiser(Slope slope, boolean attached, float c, float phi, int image, int neuron) {
        float fully = attached ? c : c + phi;
        return switch (slope) {
            case Slope.One one -> fully;
            case Slope.Window window -> window.window().get(image, neuron) ? fully : phi;
            case Slope.Values values -> {
                float r = values.values().get(image, neuron);
                yield attached ? r * c + (1f - r) * phi : r * c + phi;
            }
        };
    }

    private static void addBias(InputCotangents input, int image, int neuron, float cotangent) {
        int channel = neuron % input.current().layout().channelStride();
        input.bias().set(image, channel, input.bias().get(image, channel) + cotangent);
    }

    @Override
    public void expand(SpikeTensor spikes, FloatTensor to, int firstImage, int endImage) {
        for (int i = firstImage; i < endImage; i++) {
            for (int n = 0; n < to.layout().floatStride(); n++) {
                to.set(i, n, spikes.get(i, n) ? 1f : 0f);
            }
        }
    }

    @Override
    public void scale(float factor, FloatTensor values, int firstImage, int endImage) {
        forEach(values.layout(), firstImage, endImage, (i, n) -> values.set(i, n, values.get(i, n) * factor));
    }
}

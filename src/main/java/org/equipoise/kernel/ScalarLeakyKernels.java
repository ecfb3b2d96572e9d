package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/** The specification of {@link LeakyKernels}: one neuron at a time, one operation a line. */
final class ScalarLeakyKernels implements LeakyKernels {
    @Override
    public void encodeImage(FloatTensor image, FloatTensor v, SpikeTensor q, int images) {
        for (int i = 0; i < images; i++) {
            for (int n = 0; n < image.layout().paddedNeurons(); n++) {
                float potential = v.get(i, n) + image.get(i, n);
                boolean fired = potential > ENCODER_THRESHOLD;
                q.set(i, n, fired);
                v.set(i, n, potential - (fired ? 1f : 0f));
            }
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
            for (int n = 0; n < layout.paddedNeurons(); n++) {
                float rate = state.rate().get(i, n);
                float drive = current.get(i, n) + Floats.get(bias, n % layout.channelStride());
                float v = step.keep() * state.v().get(i, n) + drive;
                v = switch (nudge) {
                    case null -> v;
                    case Nudge.Towards towards ->
                        v + towards.beta() * (towards.target().get(i, n) - rate);
                    case Nudge.By by -> v + by.drive().get(i, n);
                };
                float fired = v > step.threshold() ? 1f : 0f;
                v = v - step.threshold() * fired;
                float low = v < -step.threshold() ? -step.threshold() : v;
                float slow = state.slow().get(i, n);
                rate = rate + step.filter() * (fired - rate);
                state.v().set(i, n, low > step.threshold() ? step.threshold() : low);
                state.q().set(i, n, fired != 0f);
                state.rate().set(i, n, rate);
                state.slow().set(i, n, slow + step.filter() * (rate - slow));
            }
        }
    }

    @Override
    public void spikesAndChanges(
            LeakyStep step, LeakyState state, FloatTensor sum, FloatTensor difference, int firstImage, int images) {
        for (int i = 0; i < images; i++) {
            for (int n = 0; n < state.q().layout().paddedNeurons(); n++) {
                float change =
                        step.filter() * (state.rate().get(i, n) - state.slow().get(i, n));
                float fired = state.q().get(i, n) ? 1f : 0f;
                sum.set(firstImage + i, n, fired + change);
                difference.set(firstImage + i, n, fired - change);
            }
        }
    }
}

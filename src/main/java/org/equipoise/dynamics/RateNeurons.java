package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.NeuronSettings.Nudging;
import org.equipoise.dynamics.TileTensors.Lifetime;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.NeuronKernels;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.memory.Account;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerTensor;
import org.jspecify.annotations.Nullable;

/** Neurons that send their activations: with them the network is a convergent RNN. */
final class RateNeurons implements Neurons {
    private final NeuronSettings.Rate settings;
    private final Parameters parameters;
    private final NeuronKernels kernels;
    private final List<FloatTensor> states = new ArrayList<>();
    /** Where the nudge acts outside ρ: ε n of the step under way. Else null. */
    private final @Nullable FloatTensor outside;

    private float epsilon;

    RateNeurons(NeuronSettings.Rate settings, TileTensors tensors, Parameters parameters, Kernels kernels) {
        this.settings = settings;
        this.parameters = parameters;
        this.kernels = kernels.neurons();
        for (int l = 0; l <= tensors.topology().depth(); l++) {
            states.add(tensors.floats(l, "s", l == 0 ? Lifetime.GIVEN : Lifetime.STATE));
        }
        this.outside = settings.nudging() == Nudging.OUTSIDE
                ? FloatTensor.in(
                        tensors.memory(),
                        Account.STATES,
                        "nudge outside",
                        states.getLast().layout(),
                        tensors.images())
                : null;
    }

    @Override
    public void startStep(int time, int images) {
        epsilon = settings.epsilon().at(time);
    }

    @Override
    public void step(int layer, FloatTensor current, @Nullable Nudge nudge, int first, int end) {
        if (outside == null || nudge == null) {
            move(layer, current, nudge, end);
            return;
        }
        keepNudge(nudge, states.get(layer), outside, end);
        move(layer, current, null, end);
        addNudge(outside, states.get(layer), end);
    }

    /**
     * Keeps {@code ε n}, where n is the nudge at the activations before the step. It is added to what the step comes to without nudging.
     * The last layer has few neurons, so there is one implementation for all kernels.
     */
    private void keepNudge(Nudge nudge, FloatTensor s, FloatTensor kept, int images) {
        for (int image = 0; image < images; image++) {
            for (int n = 0; n < s.layout().paddedNeurons(); n++) {
                float pull = switch (nudge) {
                    case Nudge.Towards towards ->
                        towards.beta() * (towards.target().get(image, n) - s.get(image, n));
                    case Nudge.By by -> by.drive().get(image, n);
                };
                kept.set(image, n, epsilon * pull);
            }
        }
    }

    private static void addNudge(FloatTensor kept, FloatTensor s, int images) {
        for (int image = 0; image < images; image++) {
            for (int n = 0; n < s.layout().paddedNeurons(); n++) {
                s.set(image, n, s.get(image, n) + kept.get(image, n));
            }
        }
    }

    private void move(int layer, FloatTensor current, @Nullable Nudge nudge, int images) {
        kernels.stepRate(
                epsilon,
                settings.activation(),
                current,
                parameters.connections().get(layer - 1).bias(),
                nudge,
                states.get(layer),
                images);
    }

    @Override
    public FloatTensor activations(int layer) {
        return states.get(layer);
    }

    @Override
    public Map<String, LayerTensor> variables(int layer) {
        return Map.of("s", states.get(layer));
    }
}

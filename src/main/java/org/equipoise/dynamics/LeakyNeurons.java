package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.config.NeuronSettings;
import org.equipoise.dynamics.TileTensors.Lifetime;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.LeakyKernels;
import org.equipoise.kernel.LeakyKernels.LeakyState;
import org.equipoise.kernel.LeakyKernels.LeakyStep;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/**
 * Leaky integrate-and-fire neurons (after EqSpike: Martin et al. 2021). Their activations are firing rates: their spikes, filtered by a
 * low pass.
 *
 * <p>The pixels' encoders start at potentials spread evenly over a spike, so that pixels of one brightness do not all fire at once.
 */
final class LeakyNeurons implements Neurons {
    /** Multiples of the golden section, modulo 1, fill an interval evenly however many there are. */
    private static final double GOLDEN_SECTION = (Math.sqrt(5) - 1) / 2;

    private final LeakyStep constants;
    private final Parameters parameters;
    private final LeakyKernels kernels;
    private final FloatTensor image;
    private final FloatTensor imagePotential;
    private final SpikeTensor imageSpikes;
    private final List<LeakyState> layers = new ArrayList<>();

    LeakyNeurons(NeuronSettings.Lif settings, TileTensors tensors, Parameters parameters, Kernels kernels) {
        this.constants = new LeakyStep(1f - settings.leak(), settings.threshold(), settings.filter());
        this.parameters = parameters;
        this.kernels = kernels.leaky();
        this.image = tensors.floats(0, "x", Lifetime.GIVEN);
        this.imagePotential = tensors.floats(0, "v", Lifetime.STATE);
        this.imageSpikes = tensors.spikes(0, "q", Lifetime.DERIVED);
        for (int l = 1; l <= tensors.topology().depth(); l++) {
            layers.add(new LeakyState(
                    tensors.floats(l, "v", Lifetime.STATE),
                    tensors.spikes(l, "q", Lifetime.STATE),
                    tensors.floats(l, "rate", Lifetime.STATE),
                    tensors.floats(l, "slow", Lifetime.STATE)));
        }
    }

    @Override
    public void begin(int images) {
        for (int n = 0; n < image.layout().paddedNeurons(); n++) {
            double turns = n * GOLDEN_SECTION;
            float potential = (float) (turns - Math.floor(turns) - 0.5);
            for (int i = 0; i < images; i++) {
                imagePotential.set(i, n, potential);
            }
        }
    }

    @Override
    public void startStep(int time, int images) {
        kernels.encodeImage(image, imagePotential, imageSpikes, images);
    }

    @Override
    public void step(int layer, FloatTensor current, @Nullable Nudge nudge, int first, int end) {
        kernels.step(
                constants,
                current,
                parameters.connections().get(layer - 1).bias(),
                nudge,
                layers.get(layer - 1),
                first,
                end);
    }

    @Override
    public FloatTensor activations(int layer) {
        return layer == 0 ? image : layers.get(layer - 1).rate();
    }

    @Override
    public SpikeTensor spikes(int layer) {
        return layer == 0 ? imageSpikes : layers.get(layer - 1).q();
    }

    @Override
    public Map<String, LayerTensor> variables(int layer) {
        if (layer == 0) {
            return Map.of("s", image, "v", imagePotential, "q", imageSpikes);
        }
        LeakyState state = layers.get(layer - 1);
        return Map.of("s", state.rate(), "slow", state.slow(), "v", state.v(), "q", state.q());
    }

    @Override
    public void spikesAndChanges(int layer, FloatTensor sum, FloatTensor difference, int first, int count) {
        kernels.spikesAndChanges(constants, layers.get(layer - 1), sum, difference, first, count);
    }
}

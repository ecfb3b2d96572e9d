package org.equipoise.dynamics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.NeuronSettings.ImageCoding;
import org.equipoise.dynamics.TileTensors.Lifetime;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.NeuronKernels;
import org.equipoise.kernel.NeuronKernels.Nudge;
import org.equipoise.kernel.NeuronKernels.SpikingState;
import org.equipoise.kernel.SigmaDeltaStep;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerTensor;
import org.equipoise.tensor.SpikeTensor;
import org.jspecify.annotations.Nullable;

/** Spiking neurons that quantise their activation by a Sigma-Delta modulator with predictive coding (O'Connor et al. 2019). */
final class SigmaDeltaNeurons implements Neurons {
    private final NeuronSettings.SigmaDelta settings;
    private final Parameters parameters;
    private final NeuronKernels kernels;
    private final FloatTensor image;
    /** Null where the image does not spike. */
    private final @Nullable FloatTensor imageResidue;

    private final SpikeTensor imageSpikes;
    private final SpikeTensor imageExpected;
    private final List<SpikingState> layers = new ArrayList<>();
    private SigmaDeltaStep constants;

    SigmaDeltaNeurons(NeuronSettings.SigmaDelta settings, TileTensors tensors, Parameters parameters, Kernels kernels) {
        this.settings = settings;
        this.parameters = parameters;
        this.kernels = kernels.neurons();
        this.constants = constants(1);
        this.image = tensors.floats(0, "x", Lifetime.GIVEN);
        this.imageResidue = settings.image() == ImageCoding.SPIKES ? tensors.floats(0, "phi", Lifetime.STATE) : null;
        this.imageSpikes = tensors.spikes(0, "q", Lifetime.DERIVED);
        this.imageExpected = tensors.spikes(0, "expected", Lifetime.DERIVED);
        for (int l = 1; l <= tensors.topology().depth(); l++) {
            layers.add(new SpikingState(
                    tensors.floats(l, "s", Lifetime.STATE),
                    tensors.floats(l, "v", Lifetime.STATE),
                    tensors.floats(l, "phi", Lifetime.STATE),
                    tensors.spikes(l, "q", Lifetime.STATE),
                    tensors.spikes(l, "expected", Lifetime.STATE)));
        }
    }

    private SigmaDeltaStep constants(int time) {
        return SigmaDeltaStep.of(settings.lambda().at(time), settings.epsilon().at(time), settings.threshold());
    }

    @Override
    public void begin(int images) {
        if (sendsImageAsCurrent()) {
            return;
        }
        for (int i = 0; i < images; i++) {
            for (int n = 0; n < image.layout().paddedNeurons(); n++) {
                if (image.get(i, n) > NeuronKernels.EXPECTED_ABOVE) {
                    imageExpected.set(i, n, true);
                }
            }
        }
    }

    @Override
    public void startStep(int time, int images) {
        constants = constants(time);
        if (imageResidue != null) {
            kernels.encodeImage(constants, image, time == 1, imageResidue, imageSpikes, images);
        }
    }

    @Override
    public void step(int layer, FloatTensor current, @Nullable Nudge nudge, int first, int end) {
        kernels.stepSpiking(
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
        return layer == 0 ? image : layers.get(layer - 1).s();
    }

    @Override
    public SpikeTensor spikes(int layer) {
        return layer == 0 ? imageSpikes : layers.get(layer - 1).q();
    }

    @Override
    public boolean sendsImageAsCurrent() {
        return settings.image() == ImageCoding.CURRENT;
    }

    @Override
    public SpikeTensor expected(int layer) {
        return layer == 0 ? imageExpected : layers.get(layer - 1).expected();
    }

    @Override
    public Map<String, LayerTensor> variables(int layer) {
        if (layer == 0) {
            return imageResidue == null
                    ? Map.of("s", image)
                    : Map.of("s", image, "phi", imageResidue, "q", imageSpikes);
        }
        SpikingState state = layers.get(layer - 1);
        return Map.of("s", state.s(), "v", state.v(), "phi", state.phi(), "q", state.q());
    }
}

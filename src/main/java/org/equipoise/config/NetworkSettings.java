package org.equipoise.config;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * Layers of a network, from the image to the output.
 *
 * <p>With a feedback γ of less than 1, {@code u = P(w∗q below) + γ w⋆P⁻¹(q above)}, layers excite each other less and settle sooner;
 * dynamics still descend an energy, whose layers count γ times as much as those below them, and the estimate of a layer is γ times as
 * long for every layer between it and the output.
 *
 * @param readout whether the last layer consists of neurons
 */
public record NetworkSettings(
        ImageShape input,
        List<LayerSettings> layers,
        Upsampling upsampling,
        float feedback,
        Readout readout,
        @Nullable Normalisation normalisation) {
    static final SettingsTable<NetworkSettings> SETTINGS = SettingsTable.block(NetworkSettings.class, "network", """
            input | needed | | shape of the clamped image
            layers | needed | | from the image to the output: convolutions, then linear layers, of which the last has a unit for each class
            upsampling | exact | | α, gain of the inverse of average pooling; exact is 1/F²
            feedback | 1.0 | a number from 0 to 10 | γ, gain of the backward route of every layer; with 0 nothing is sent back, and the network is feed-forward
            normalise = normalisation | none | | how pixels become the values an image is clamped to""")
            .form("input", ImageShape.FORM)
            .form("layers", Form.items(LayerSettings.KINDS.form()))
            .form("upsampling", Upsampling.FORM)
            .form("normalise", Form.off("none", null, Normalisation.SETTINGS.form()));

    /** What the last layer is, and with it what is learnt. */
    public enum Readout {
        /** Neurons like all others, which are pulled towards the target: half the squared error. */
        STATE,
        /**
         * No neurons: weights and biases outside the dynamics that map the activations of the layer before to logits, the inputs of a
         * softmax. The layer before is pulled along the gradient of the cross-entropy (Laborieux et al. 2021).
         */
        SOFTMAX
    }

    /** Copies the list and refuses an order of layers that no network has. */
    public NetworkSettings {
        layers = List.copyOf(layers);
        if (layers.isEmpty() || !(layers.getLast() instanceof LayerSettings.Linear)) {
            throw new BadInputException(
                    "network.layers does not end with a linear layer; the output, {linear: CLASSES}, was"
                            + " expected there.");
        }
        if (readout == Readout.SOFTMAX && layers.size() < 2) {
            throw new BadInputException(
                    "network.layers has one layer and learning.readout is softmax, which leaves no neurons; a layer of"
                            + " neurons before the readout was expected.");
        }
        if (normalisation != null && normalisation.mean().size() != input.channels()) {
            throw new BadInputException(
                    "network.normalise has " + normalisation.mean().size() + " means and network.input "
                            + input.channels() + " channels; one mean a channel was expected.");
        }
        SETTINGS.check(input, layers, upsampling, feedback, readout, normalisation);
        boolean linear = false;
        for (LayerSettings layer : layers) {
            if (linear && layer instanceof LayerSettings.Convolution) {
                throw new BadInputException(
                        "network.layers has a convolution after a linear layer; convolutions were expected to"
                                + " come first.");
            }
            linear = layer instanceof LayerSettings.Linear;
        }
    }

    /**
     * @param pooling gives a kind of pooling over windows of a side
     * @return the same network, in which every layer that pools does so in that way, over the windows it has
     */
    public NetworkSettings pooledBy(IntFunction<Pooling> pooling) {
        List<LayerSettings> pooled =
                layers.stream().map(layer -> pooledBy(layer, pooling)).toList();
        return SETTINGS.with(this, "layers", pooled);
    }

    private static LayerSettings pooledBy(LayerSettings layer, IntFunction<Pooling> pooling) {
        if (!(layer instanceof LayerSettings.Convolution conv) || conv.pooling().window() == 1) {
            return layer;
        }
        return LayerSettings.Convolution.SETTINGS.with(
                conv, "pooling", pooling.apply(conv.pooling().window()));
    }

    public NetworkSettings upsampledBy(Upsampling changed) {
        return SETTINGS.with(this, "upsampling", changed);
    }

    /** {@return by what the winners of the first maximum pooling are found} */
    public Pooling.Winners winners() {
        return maximumPoolings().map(Pooling.Maximum::winners).findFirst().orElse(Pooling.Winners.SENT);
    }

    /** {@return whether every maximum pooling finds its winners by what is sent} */
    boolean winnersAreSent() {
        return maximumPoolings().allMatch(pooling -> pooling.winners() == Pooling.Winners.SENT);
    }

    private Stream<Pooling.Maximum> maximumPoolings() {
        return layers.stream().mapMulti((layer, found) -> {
            if (layer instanceof LayerSettings.Convolution conv && conv.pooling() instanceof Pooling.Maximum maximum) {
                found.accept(maximum);
            }
        });
    }

    /** {@return the side of the first pooling window, 1 where no layer pools} */
    public int firstWindow() {
        return layers.stream()
                .mapToInt(layer -> layer instanceof LayerSettings.Convolution conv
                        ? conv.pooling().window()
                        : 1)
                .filter(window -> window > 1)
                .findFirst()
                .orElse(1);
    }

    /**
     * @param layer which, from 0
     * @return the layers of neurons above it: a readout is none, and has none
     */
    int neuronLayersAbove(int layer) {
        int last = layers.size() - (readout == Readout.SOFTMAX ? 2 : 1);
        return Math.max(0, last - layer);
    }

    /** {@return the units of the output layer} */
    public int classes() {
        return ((LayerSettings.Linear) layers.getLast()).units();
    }
}

package org.equipoise.training.health;

import java.util.List;
import java.util.Locale;
import org.equipoise.config.Configuration;
import org.equipoise.config.LayerSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.Pooling;
import org.equipoise.config.Upsampling;

/**
 * Words for what goes wrong: which layer, and the settings that usually are the cause.
 *
 * @param configuration what is trained
 */
record AnomalyText(Configuration configuration) {
    String wild(int layer, String what, float value) {
        return "the " + what + " of " + name(layer) + " have reached " + value + ", most likely because " + rate(layer)
                + " is too high or phases.beta, which is "
                + configuration.phases().beta() + ", too small";
    }

    String silent(int layer, int batches) {
        return name(layer) + " has been silent for " + batches
                + " batches: none of its neurons is active for any image, most likely because " + rate(layer)
                + " is too high" + gain(layer, "small");
    }

    String saturated(int layer, double percent, int batches) {
        return String.format(
                Locale.ROOT,
                "%s has been saturated for %d batches: %.1f %% of its neurons are as active as they can be, most likely because %s"
                        + " is too high%s",
                name(layer),
                batches,
                percent,
                rate(layer),
                gain(layer, "large"));
    }

    private String name(int layer) {
        LayerSettings settings = configuration.network().layers().get(layer - 1);
        String shape = switch (settings) {
            case LayerSettings.Convolution convolution -> "conv " + convolution.channels();
            case LayerSettings.Linear linear -> "linear " + linear.units();
        };
        if (layer < configuration.network().layers().size()) {
            return "layer " + layer + " (" + shape + ")";
        }
        boolean readout = configuration.network().readout() == NetworkSettings.Readout.SOFTMAX;
        return (readout ? "the readout (" : "the output layer (") + shape + ")";
    }

    private String rate(int layer) {
        return "learning.rates[" + (layer - 1) + "], which is "
                + configuration.learning().rates().get(layer - 1) + ",";
    }

    /** The way back into a layer has a gain where the layer above pools by the mean. */
    private String gain(int layer, String extreme) {
        List<LayerSettings> layers = configuration.network().layers();
        boolean pooledAbove = layer < layers.size()
                && layers.get(layer) instanceof LayerSettings.Convolution above
                && above.pooling() instanceof Pooling.Average;
        return pooledAbove && configuration.network().upsampling() instanceof Upsampling.Gain gain
                ? " or the gain network.upsampling, which is " + gain.alpha() + ", too " + extreme
                : "";
    }
}

package org.equipoise.dynamics;

import java.util.List;
import java.util.Objects;
import org.equipoise.config.ImageShape;
import org.equipoise.config.LayerSettings;
import org.equipoise.config.LayerSettings.Convolution;
import org.equipoise.config.LayerSettings.Linear;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NetworkSettings.Readout;
import org.equipoise.config.Pooling;
import org.equipoise.config.Upsampling;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.LayerTensor;
import org.equipoise.tensor.SpikeTensor;

/** Networks of a few neurons, one for each kind of connection and of readout. */
public final class SmallNetworks {
    private SmallNetworks() {}

    /** Means, then units read as they are; maxima twice, then a softmax; no convolution at all. */
    public static List<NetworkSettings> all() {
        return List.of(
                network(
                        Readout.STATE,
                        0.5f,
                        new Convolution(3, 3, 1, 1, new Pooling.Average(2)),
                        new Linear(4),
                        new Linear(3)),
                network(
                        Readout.SOFTMAX,
                        1f,
                        new Convolution(3, 3, 1, 1, new Pooling.Maximum(2)),
                        new Convolution(2, 2, 1, 1, new Pooling.Maximum(2)),
                        new Linear(3)),
                network(Readout.STATE, 1f, new Linear(5), new Linear(3)));
    }

    private static NetworkSettings network(Readout readout, float feedback, LayerSettings... layers) {
        ImageShape input = new ImageShape(1, 6, 6);
        return new NetworkSettings(input, List.of(layers), new Upsampling.Gain(0.5f), feedback, readout, null);
    }

    /** The same network without feedback. */
    public static NetworkSettings feedForward(NetworkSettings network) {
        return new NetworkSettings(
                network.input(),
                network.layers(),
                network.upsampling(),
                0f,
                network.readout(),
                network.normalisation());
    }

    /** Lays out values that are in channel-major order. */
    static void fill(FloatTensor tensor, int image, float[] values) {
        for (int i = 0; i < values.length; i++) {
            tensor.set(image, neuron(tensor.layout(), i), values[i]);
        }
    }

    /** Where a neuron lies that is number i in channel-major order. */
    static int neuron(LayerLayout layout, int i) {
        return layout.index(i % layout.positions(), i / layout.positions());
    }

    /** Values of an image in channel-major order. */
    static float[] values(LayerTensor tensor, int image) {
        float[] values = new float[tensor.layout().neurons()];
        for (int i = 0; i < values.length; i++) {
            int neuron = neuron(tensor.layout(), i);
            values[i] = switch (tensor) {
                case FloatTensor floats -> floats.get(image, neuron);
                case SpikeTensor spikes -> spikes.get(image, neuron) ? 1f : 0f;
            };
        }
        return values;
    }

    /** Values of a layer's variable in channel-major order. */
    static float[] values(Settling settling, int layer, String variable, int image) {
        return values(Objects.requireNonNull(settling.variables(layer).get(variable)), image);
    }
}

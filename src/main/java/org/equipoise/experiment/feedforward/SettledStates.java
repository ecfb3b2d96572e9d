package org.equipoise.experiment.feedforward;

import org.equipoise.data.ImageSet;
import org.equipoise.dynamics.Settling;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.training.Inference;

/** Activations at the end of the free phase, laid out as the maps of an {@link Operator}. */
final class SettledStates {
    /** (image, layer from the clamped image on, neuron). */
    private final float[][][] layers;

    private SettledStates(float[][][] layers) {
        this.layers = layers;
    }

    static SettledStates of(Inference inference, Topology topology, ImageSet images) {
        float[][][] layers = new float[images.count()][topology.depth() + 1][];
        inference.settle(images, (settling, first, count) -> {
            for (int i = 0; i < count; i++) {
                for (int l = 0; l <= topology.depth(); l++) {
                    layers[first + i][l] = values(settling, l, i);
                }
            }
        });
        return new SettledStates(layers);
    }

    private static float[] values(Settling settling, int layer, int image) {
        return values(layer == 0 ? settling.image() : settling.states(layer), image);
    }

    /** {@return an image's values by position and then channel, without the padding between} */
    static float[] values(FloatTensor tensor, int image) {
        int channels = tensor.layout().channels();
        float[] values = new float[tensor.layout().positions() * channels];
        for (int position = 0; position < tensor.layout().positions(); position++) {
            for (int c = 0; c < channels; c++) {
                values[position * channels + c] =
                        tensor.get(image, tensor.layout().index(position, c));
            }
        }
        return values;
    }

    /** {@return (layer from the clamped image on, neuron)} */
    float[][] of(int image) {
        return layers[image];
    }

    int images() {
        return layers.length;
    }
}

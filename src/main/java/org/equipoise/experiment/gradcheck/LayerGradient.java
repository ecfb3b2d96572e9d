package org.equipoise.experiment.gradcheck;

import org.equipoise.learning.Gradients;
import org.equipoise.network.Connection;

/** The gradient of the loss by a layer's parameters, in double precision. */
final class LayerGradient {
    private final double[] weights;
    private final double[] biases;

    private LayerGradient(double[] weights, double[] biases) {
        this.weights = weights;
        this.biases = biases;
    }

    /**
     * @param gradients sums of a batch
     * @param connection the layer's connection
     * @param layer its number, from 0
     * @param scale factor from the sums to the mean negative gradient
     * @return the mean gradient
     */
    static LayerGradient of(Gradients gradients, Connection connection, int layer, double scale) {
        return new LayerGradient(
                scaled(gradients.weightGradient(connection, layer, 1f), -scale),
                scaled(gradients.biasGradient(connection, layer, 1f), -scale));
    }

    private static double[] scaled(float[] sums, double factor) {
        double[] values = new double[sums.length];
        for (int i = 0; i < sums.length; i++) {
            values[i] = factor * sums[i];
        }
        return values;
    }

    /** {@return by the weights, in interchange order} */
    double[] weights() {
        return weights;
    }

    /** {@return by the biases, one a channel} */
    double[] biases() {
        return biases;
    }

    /** {@return this less another} */
    LayerGradient minus(LayerGradient other) {
        return new LayerGradient(difference(weights, other.weights), difference(biases, other.biases));
    }

    private static double[] difference(double[] one, double[] other) {
        double[] values = new double[one.length];
        for (int i = 0; i < one.length; i++) {
            values[i] = one[i] - other[i];
        }
        return values;
    }
}

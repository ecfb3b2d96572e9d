package org.equipoise.experiment.gradcheck;

import java.util.stream.IntStream;
import org.equipoise.learning.Gradients;
import org.equipoise.network.Connection;
import org.equipoise.random.CounterRandom;
import org.jspecify.annotations.Nullable;

/** Compares the gradients of one layer step by step. */
final class LayerComparison {
    private final int layer;
    private final String name;
    private final Agreement.Sums weights;
    private final Agreement.Sums biases;
    private final LayerCurves.Recorder recorder;
    private @Nullable Gradient estimateSoFar;

    /**
     * @param layer which layer, 0 for the first hidden one
     * @param random decides whose curves are kept
     */
    LayerComparison(int layer, String name, Connection connection, CounterRandom random) {
        int count = Math.toIntExact(connection.weights());
        this.layer = layer;
        this.name = name;
        this.weights = new Agreement.Sums(count);
        this.biases = new Agreement.Sums(connection.layer().channels());
        this.recorder = new LayerCurves.Recorder(count, random);
    }

    /**
     * The mean gradient of the loss by a layer's parameters, in double precision.
     *
     * @param weights by the weights, in interchange order
     * @param biases by the biases, one a channel
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Gradient(double[] weights, double[] biases) {
        /**
         * @param gradients sums of a batch
         * @param scale factor from the sums to the mean negative gradient
         */
        static Gradient of(Gradients gradients, Connection connection, int layer, double scale) {
            return new Gradient(
                    scaled(gradients.weightGradient(connection, layer, 1f), -scale),
                    scaled(gradients.biasGradient(connection, layer, 1f), -scale));
        }

        private static double[] scaled(float[] sums, double factor) {
            return IntStream.range(0, sums.length)
                    .mapToDouble(i -> factor * sums[i])
                    .toArray();
        }

        private Gradient minus(Gradient other) {
            return new Gradient(difference(weights, other.weights), difference(biases, other.biases));
        }

        private static double[] difference(double[] one, double[] other) {
            return IntStream.range(0, one.length)
                    .mapToDouble(i -> one[i] - other[i])
                    .toArray();
        }
    }

    /**
     * Adds a step.
     *
     * @param estimate Equilibrium Propagation's gradient after all nudge steps so far
     * @param exact what back-propagation finds in the step walked back alone
     */
    void add(Gradient estimate, Gradient exact) {
        Gradient step = estimateSoFar == null ? estimate : estimate.minus(estimateSoFar);
        estimateSoFar = estimate;
        weights.add(step.weights(), exact.weights());
        biases.add(step.biases(), exact.biases());
        recorder.add(step.weights(), exact.weights());
    }

    LayerAgreement agreement() {
        return LayerAgreement.of(layer, name, weights.agreement(), biases.agreement());
    }

    LayerCurves curves() {
        return recorder.curves(layer, name);
    }
}

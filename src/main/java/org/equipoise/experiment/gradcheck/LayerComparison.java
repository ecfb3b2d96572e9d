package org.equipoise.experiment.gradcheck;

import org.equipoise.network.Connection;
import org.equipoise.random.CounterRandom;
import org.jspecify.annotations.Nullable;

/** Compares the gradients of one layer step by step. */
final class LayerComparison {
    private final int layer;
    private final String name;
    private final StepSums weights;
    private final StepSums biases;
    private final CurveRecorder recorder;
    private @Nullable LayerGradient estimateSoFar;

    /**
     * @param layer which layer, 0 for the first hidden one
     * @param name what it is
     * @param connection its connection
     * @param random decides whose curves are kept
     */
    LayerComparison(int layer, String name, Connection connection, CounterRandom random) {
        int count = Math.toIntExact(connection.weights());
        this.layer = layer;
        this.name = name;
        this.weights = new StepSums(count);
        this.biases = new StepSums(connection.layer().channels());
        this.recorder = new CurveRecorder(count, random);
    }

    /**
     * Adds a step.
     *
     * @param estimate Equilibrium Propagation's gradient after all nudge steps so far
     * @param exact what back-propagation finds in the step walked back alone
     */
    void add(LayerGradient estimate, LayerGradient exact) {
        LayerGradient step = estimateSoFar == null ? estimate : estimate.minus(estimateSoFar);
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

package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.config.Configuration;
import org.equipoise.config.OptimiserSettings;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PlasticityKernels.Adaptation;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Connection;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;

/**
 * Adam (Kingma and Ba 2015) with one rate a layer: running means of the gradient and of its square decide the step. Biases do
 * not decay.
 */
final class Adam extends Optimiser {
    private final OptimiserSettings.Adam adam;
    private final Moments mean;
    private final Moments square;

    Adam(
            MemoryScope memory,
            Configuration configuration,
            OptimiserSettings.Adam adam,
            Parameters parameters,
            Kernels kernels,
            Workers workers) {
        super(memory, configuration, parameters, kernels, workers);
        this.adam = adam;
        this.mean = moments().getFirst();
        this.square = moments().getLast();
    }

    @Override
    void move(int layer, ConnectionParameters connection, Gradients gradients, Step step) {
        Connection shape = connection.connection();
        Adaptation ofWeights = adaptation(step, step.scale() * shape.folding().mean());
        workers.forEach(
                connection.master().blocks(),
                (worker, block) -> kernels.plasticity()
                        .adapt(
                                shape.folding(),
                                shape.below().channelStride(),
                                gradients.weights(layer),
                                ofWeights,
                                mean.weights().get(layer),
                                square.weights().get(layer),
                                connection.master(),
                                block));
        moveBiases(layer, gradients.biases(layer), adaptation(step, step.scale()), connection);
    }

    /** Both running means start at zero; dividing by the weight that they have gathered so far takes that out again. */
    private Adaptation adaptation(Step step, float scale) {
        double weightOfMean = 1 - StrictMath.pow(adam.beta1(), (double) updates());
        double weightOfSquare = 1 - StrictMath.pow(adam.beta2(), (double) updates());
        return new Adaptation(
                scale,
                (float) (step.rate() / weightOfMean),
                step.decay(),
                step.keep(),
                adam.beta1(),
                1f - adam.beta1(),
                adam.beta2(),
                1f - adam.beta2(),
                (float) (1 / Math.sqrt(weightOfSquare)),
                adam.epsilon());
    }

    private void moveBiases(int layer, MemorySegment gradient, Adaptation adaptation, ConnectionParameters connection) {
        MemorySegment means = mean.biases().get(layer);
        MemorySegment squares = square.biases().get(layer);
        MemorySegment bias = connection.bias();
        for (int c = 0; c < connection.connection().layer().channels(); c++) {
            float change = adaptation.scale() * gradient.getAtIndex(ValueLayout.JAVA_FLOAT, c);
            float m =
                    adaptation.keepMean() * means.getAtIndex(ValueLayout.JAVA_FLOAT, c) + adaptation.newMean() * change;
            float v = adaptation.keepSquare() * squares.getAtIndex(ValueLayout.JAVA_FLOAT, c)
                    + adaptation.newSquare() * (change * change);
            float root = (float) Math.sqrt(v) * adaptation.correction() + adaptation.epsilon();
            means.setAtIndex(ValueLayout.JAVA_FLOAT, c, m);
            squares.setAtIndex(ValueLayout.JAVA_FLOAT, c, v);
            float b = bias.getAtIndex(ValueLayout.JAVA_FLOAT, c);
            bias.setAtIndex(ValueLayout.JAVA_FLOAT, c, b + adaptation.rate() * m / root);
        }
    }
}

package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.config.Configuration;
import org.equipoise.config.OptimiserSettings.Sgd;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PlasticityKernels;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Connection;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;
import org.jspecify.annotations.Nullable;

/** Stochastic gradient descent with one rate a layer, optional momentum and weight decay. Biases do not decay. */
final class GradientDescent extends Optimiser {
    private final float momentum;
    private final @Nullable Moments velocity;

    GradientDescent(
            MemoryScope memory,
            Configuration configuration,
            Sgd sgd,
            Parameters parameters,
            Kernels kernels,
            Workers workers) {
        super(memory, configuration, parameters, kernels, workers);
        this.momentum = sgd.momentum();
        this.velocity = moments().isEmpty() ? null : moments().getFirst();
    }

    @Override
    void move(int layer, ConnectionParameters connection, Gradients gradients, float scale, float rate) {
        Connection shape = connection.connection();
        PlasticityKernels.Descent descent =
                new PlasticityKernels.Descent(scale * shape.folding().mean(), rate, momentum, configuration.learning().decay());
        workers.forEach(
                connection.master().blocks(),
                (worker, block) -> kernels.plasticity()
                        .sgdUpdate(
                                shape.folding(),
                                shape.below().channelStride(),
                                gradients.weights(layer),
                                descent,
                                velocity == null ? null : velocity.weights().get(layer),
                                connection.master(),
                                block));
        MemorySegment bias = connection.bias();
        for (int c = 0; c < shape.layer().channels(); c++) {
            float change = scale * gradients.biases(layer).getAtIndex(ValueLayout.JAVA_FLOAT, c);
            if (velocity != null) {
                MemorySegment gathered = velocity.biases().get(layer);
                change = momentum * gathered.getAtIndex(ValueLayout.JAVA_FLOAT, c) + change;
                gathered.setAtIndex(ValueLayout.JAVA_FLOAT, c, change);
            }
            bias.setAtIndex(ValueLayout.JAVA_FLOAT, c, bias.getAtIndex(ValueLayout.JAVA_FLOAT, c) + rate * change);
        }
    }
}

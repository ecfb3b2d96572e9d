package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.config.Configuration;
import org.equipoise.config.OptimiserSettings.Sgd;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PlasticityKernels.Descent;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Connection;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;
import org.jspecify.annotations.Nullable;

/** Stochastic gradient descent with one rate a layer, optional momentum and weight decay. Biases do not decay. */
final class GradientDescent extends Optimiser {
    private final Sgd sgd;
    private final @Nullable Moments velocity;

    GradientDescent(
            MemoryScope memory,
            Configuration configuration,
            Sgd sgd,
            Parameters parameters,
            Kernels kernels,
            Workers workers) {
        super(memory, configuration, parameters, kernels, workers);
        this.sgd = sgd;
        this.velocity = moments().isEmpty() ? null : moments().getFirst();
    }

    @Override
    void move(int layer, ConnectionParameters connection, Gradients gradients, Step step) {
        Connection shape = connection.connection();
        Descent descent = new Descent(
                step.scale() * shape.folding().mean(),
                step.rate(),
                sgd.momentum(),
                sgd.nesterov(),
                step.decay(),
                step.keep());
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
            float change = step.scale() * gradients.biases(layer).getAtIndex(ValueLayout.JAVA_FLOAT, c);
            float moved = change;
            if (velocity != null) {
                MemorySegment gathered = velocity.biases().get(layer);
                moved = sgd.momentum() * gathered.getAtIndex(ValueLayout.JAVA_FLOAT, c) + change;
                gathered.setAtIndex(ValueLayout.JAVA_FLOAT, c, moved);
                moved = sgd.nesterov() ? sgd.momentum() * moved + change : moved;
            }
            bias.setAtIndex(
                    ValueLayout.JAVA_FLOAT, c, bias.getAtIndex(ValueLayout.JAVA_FLOAT, c) + step.rate() * moved);
        }
    }
}

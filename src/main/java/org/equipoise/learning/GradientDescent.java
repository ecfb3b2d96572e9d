package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.equipoise.config.LearningSettings;
import org.equipoise.config.OptimiserSettings.Sgd;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PlasticityKernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.jspecify.annotations.Nullable;

/** Stochastic gradient descent with one rate a layer, optional momentum and weight decay. Biases do not decay. */
public final class GradientDescent implements Optimiser {
    private static final String VELOCITY = "velocity";

    private final LearningSettings settings;
    private final float momentum;
    private final Parameters parameters;
    private final Kernels kernels;
    private final Workers workers;
    private final @Nullable OffHeapArena arena;
    private final @Nullable Moments velocity;

    GradientDescent(
            LearningSettings settings,
            Sgd sgd,
            Parameters parameters,
            Kernels kernels,
            Workers workers,
            Ledger ledger) {
        this.settings = settings;
        this.momentum = sgd.momentum();
        this.parameters = parameters;
        this.kernels = kernels;
        this.workers = workers;
        this.arena = plan(sgd, parameters.topology()).map(ledger::open).orElse(null);
        this.velocity = arena == null ? null : Moments.of(arena, parameters.topology(), VELOCITY);
    }

    static List<String> momentNames(Sgd sgd) {
        return sgd.momentum() == 0f ? List.of() : List.of(VELOCITY);
    }

    static Optional<MemoryPlan> plan(Sgd sgd, Topology topology) {
        List<String> names = momentNames(sgd);
        return names.isEmpty() ? Optional.empty() : Optional.of(Moments.plan(topology, names));
    }

    @Override
    public void apply(Gradients gradients, float scale, float rateFactor) {
        for (int l = 0; l < parameters.connections().size(); l++) {
            int layer = l;
            ConnectionParameters connection = parameters.connections().get(l);
            PlasticityKernels.Descent descent = new PlasticityKernels.Descent(
                    scale * connection.connection().folding().mean(),
                    settings.rates().get(layer) * rateFactor,
                    momentum,
                    settings.decay());
            workers.forEach(
                    connection.master().blocks(),
                    (worker, block) -> kernels.plasticity()
                            .sgdUpdate(
                                    connection.connection().folding(),
                                    connection.connection().below().channelStride(),
                                    gradients.weights(layer),
                                    descent,
                                    velocity == null ? null : velocity.weights().get(layer),
                                    connection.master(),
                                    block));
            moveBiases(layer, gradients.biases(layer), scale, descent.rate(), connection.bias());
        }
        parameters.derive(kernels, workers);
    }

    private void moveBiases(int layer, MemorySegment gradient, float scale, float rate, MemorySegment bias) {
        int channels = parameters.topology().connections().get(layer).layer().channels();
        for (int c = 0; c < channels; c++) {
            float change = scale * gradient.getAtIndex(ValueLayout.JAVA_FLOAT, c);
            if (velocity != null) {
                MemorySegment gathered = velocity.biases().get(layer);
                change = momentum * gathered.getAtIndex(ValueLayout.JAVA_FLOAT, c) + change;
                gathered.setAtIndex(ValueLayout.JAVA_FLOAT, c, change);
            }
            bias.setAtIndex(ValueLayout.JAVA_FLOAT, c, bias.getAtIndex(ValueLayout.JAVA_FLOAT, c) + rate * change);
        }
    }

    @Override
    public List<Moments> moments() {
        return velocity == null ? List.of() : List.of(velocity);
    }

    @Override
    public void continueAfter(long updates) {
        // Every update is like the first.
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
        }
    }
}

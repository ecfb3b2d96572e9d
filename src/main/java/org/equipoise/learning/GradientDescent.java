package org.equipoise.learning;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.equipoise.config.LearningSettings;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PlasticityKernels;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Connection;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.jspecify.annotations.Nullable;

/** Stochastic gradient descent with one rate a layer, optional momentum and weight decay. Biases do not decay. */
public final class GradientDescent implements AutoCloseable {
    private final LearningSettings settings;
    private final Parameters parameters;
    private final Kernels kernels;
    private final Workers workers;
    private final @Nullable OffHeapArena arena;
    private final List<WeightBlocks> velocities = new ArrayList<>();
    private final List<MemorySegment> biasVelocities = new ArrayList<>();

    /**
     * @param settings rates, momentum and decay
     * @param parameters what is learnt
     * @param kernels the arithmetic
     * @param workers who shares the work
     * @param ledger where the memory is entered
     */
    public GradientDescent(
            LearningSettings settings, Parameters parameters, Kernels kernels, Workers workers, Ledger ledger) {
        this.settings = settings;
        this.parameters = parameters;
        this.kernels = kernels;
        this.workers = workers;
        this.arena = plan(settings, parameters.topology()).map(ledger::open).orElse(null);
        if (arena != null) {
            for (int l = 0; l < parameters.topology().depth(); l++) {
                Connection connection = parameters.topology().connections().get(l);
                velocities.add(new WeightBlocks(
                        arena.segment(name(l, "weight")),
                        connection.masterRows(),
                        connection.layer().channelStride()));
                biasVelocities.add(arena.segment(name(l, "bias")));
            }
        }
    }

    /**
     * @param settings rates, momentum and decay
     * @param topology the network
     * @return the memory that momentum takes, nothing without
     */
    public static Optional<MemoryPlan> plan(LearningSettings settings, Topology topology) {
        if (settings.momentum() == 0f) {
            return Optional.empty();
        }
        MemoryPlan.Builder plan = MemoryPlan.ownedBy("optimiser");
        for (int l = 0; l < topology.depth(); l++) {
            Connection connection = topology.connections().get(l);
            int lanes = connection.layer().channelStride();
            plan.floats(
                    Account.OPTIMISER, name(l, "weight"), WeightBlocks.floatsNeeded(connection.masterRows(), lanes));
            plan.floats(Account.OPTIMISER, name(l, "bias"), lanes);
        }
        return Optional.of(plan.build());
    }

    private static String name(int layer, String part) {
        return "layers." + layer + "." + part + ".velocity";
    }

    /**
     * Moves all parameters and derives the layouts that settling reads.
     *
     * @param gradients summed contrasts
     * @param scale factor from those sums to the mean negative gradient of the loss
     * @param rateFactor factor on every learning rate
     */
    public void apply(Gradients gradients, float scale, float rateFactor) {
        for (int l = 0; l < parameters.connections().size(); l++) {
            int layer = l;
            ConnectionParameters connection = parameters.connections().get(l);
            PlasticityKernels.Descent descent = new PlasticityKernels.Descent(
                    scale * connection.connection().folding().mean(),
                    settings.rates().get(layer) * rateFactor,
                    settings.momentum(),
                    settings.decay());
            workers.forEach(
                    connection.master().blocks(),
                    (worker, block) -> kernels.plasticity()
                            .descend(
                                    connection.connection().folding(),
                                    connection.connection().below().channelStride(),
                                    gradients.weights(layer),
                                    descent,
                                    velocities.isEmpty() ? null : velocities.get(layer),
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
            if (!biasVelocities.isEmpty()) {
                MemorySegment velocity = biasVelocities.get(layer);
                change = settings.momentum() * velocity.getAtIndex(ValueLayout.JAVA_FLOAT, c) + change;
                velocity.setAtIndex(ValueLayout.JAVA_FLOAT, c, change);
            }
            bias.setAtIndex(ValueLayout.JAVA_FLOAT, c, bias.getAtIndex(ValueLayout.JAVA_FLOAT, c) + rate * change);
        }
    }

    /** {@return the velocities of the weights by connection, in master layout; empty without momentum} */
    public List<WeightBlocks> velocities() {
        return List.copyOf(velocities);
    }

    /** {@return the velocities of the biases by connection; empty without momentum} */
    public List<MemorySegment> biasVelocities() {
        return List.copyOf(biasVelocities);
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
        }
    }
}

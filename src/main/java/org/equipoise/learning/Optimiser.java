package org.equipoise.learning;

import java.util.List;
import java.util.Optional;
import org.equipoise.config.LearningSettings;
import org.equipoise.config.OptimiserSettings;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;

/** Moves parameters along the gradients of batches, and remembers what it needs from one to the next. */
public sealed interface Optimiser extends AutoCloseable permits GradientDescent, Adam {
    /**
     * @param settings rates, decay and which optimiser
     * @param parameters what is learnt
     * @param kernels the arithmetic
     * @param workers who shares the work
     * @param ledger where the memory is entered
     * @return an optimiser that has made no update
     */
    static Optimiser open(
            LearningSettings settings, Parameters parameters, Kernels kernels, Workers workers, Ledger ledger) {
        return switch (settings.optimiser()) {
            case OptimiserSettings.Sgd sgd -> new GradientDescent(settings, sgd, parameters, kernels, workers, ledger);
            case OptimiserSettings.Adam adam -> new Adam(settings, adam, parameters, kernels, workers, ledger);
        };
    }

    /**
     * @param settings which optimiser
     * @param topology the network
     * @return the memory it keeps between updates, nothing for plain gradient descent
     */
    static Optional<MemoryPlan> plan(LearningSettings settings, Topology topology) {
        return switch (settings.optimiser()) {
            case OptimiserSettings.Sgd sgd -> GradientDescent.plan(sgd, topology);
            case OptimiserSettings.Adam adam -> Optional.of(Adam.plan(topology));
        };
    }

    /**
     * @param settings which optimiser
     * @return the names of the {@link #moments()} it keeps
     */
    static List<String> momentNames(LearningSettings settings) {
        return switch (settings.optimiser()) {
            case OptimiserSettings.Sgd sgd -> GradientDescent.momentNames(sgd);
            case OptimiserSettings.Adam adam -> Adam.MOMENTS;
        };
    }

    /**
     * Moves all parameters and derives the layouts that settling reads.
     *
     * @param gradients summed contrasts
     * @param scale factor from those sums to the mean negative gradient of the loss
     * @param rateFactor factor on every learning rate
     */
    void apply(Gradients gradients, float scale, float rateFactor);

    /** {@return what it remembers, for a checkpoint to keep; empty for plain gradient descent} */
    List<Moments> moments();

    /**
     * Sets how many updates have been made, where a checkpoint has given back {@link #moments()}.
     *
     * @param updates how many
     */
    void continueAfter(long updates);

    /** Returns the memory. */
    @Override
    void close();
}

package org.equipoise.learning;

import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.LearningSettings;
import org.equipoise.config.LearningSettings.DecayForm;
import org.equipoise.config.OptimiserSettings;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.ConnectionParameters;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;

/** Moves parameters along the gradients of batches, and remembers what it needs from one to the next. */
public abstract sealed class Optimiser implements AutoCloseable permits GradientDescent, Adam {
    final Configuration configuration;
    final Kernels kernels;
    final Workers workers;

    private final Parameters parameters;
    private final MemoryScope.Holding memory;
    private final List<Moments> moments;
    private long updates;

    Optimiser(
            MemoryScope memory, Configuration configuration, Parameters parameters, Kernels kernels, Workers workers) {
        this.configuration = configuration;
        this.kernels = kernels;
        this.workers = workers;
        this.parameters = parameters;
        this.memory = memory.holding();
        this.moments = momentNames(configuration.learning()).stream()
                .map(name -> Moments.in(memory, parameters.topology(), name))
                .toList();
    }

    /**
     * @param memory where the memory of the whole comes from that it is a part of
     * @param configuration rates, decay and which optimiser
     * @param parameters what is learnt
     * @param kernels the arithmetic
     * @param workers who shares the work
     * @return an optimiser that has made no update
     */
    static Optimiser in(
            MemoryScope memory, Configuration configuration, Parameters parameters, Kernels kernels, Workers workers) {
        return memory.part("optimiser", part -> switch (configuration.learning().optimiser()) {
            case OptimiserSettings.Sgd sgd ->
                new GradientDescent(part, configuration, sgd, parameters, kernels, workers);
            case OptimiserSettings.Adam adam -> new Adam(part, configuration, adam, parameters, kernels, workers);
        });
    }

    /**
     * @param settings which optimiser
     * @return the names of the {@link #moments()} it keeps
     */
    public static List<String> momentNames(LearningSettings settings) {
        return switch (settings.optimiser()) {
            case OptimiserSettings.Sgd sgd -> sgd.momentum() == 0f ? List.of() : List.of("velocity");
            case OptimiserSettings.Adam adam -> List.of("first-moment", "second-moment");
        };
    }

    /**
     * Moves all parameters and derives the layouts that settling reads.
     *
     * @param gradients summed contrasts
     * @param scale factor from those sums to the mean negative gradient of the loss
     * @param rateFactor factor on every learning rate
     */
    public final void apply(Gradients gradients, float scale, float rateFactor) {
        updates++;
        for (int l = 0; l < parameters.connections().size(); l++) {
            Step step = step(configuration.rate(l), scale, rateFactor);
            move(l, parameters.connections().get(l), gradients, step);
        }
        parameters.derive(kernels, workers);
    }

    private Step step(float rate, float scale, float rateFactor) {
        LearningSettings settings = configuration.learning();
        return settings.decayForm() == DecayForm.GRADIENT
                ? new Step(scale, rate * rateFactor, settings.decay(), 1f)
                : new Step(scale, rate * rateFactor, 0f, 1f - settings.decay() * rateFactor);
    }

    /**
     * The constants of an update of one connection. Biases do not decay.
     *
     * @param scale factor from summed contrasts to the mean negative gradient of the loss
     * @param rate learning rate
     * @param decay weight decay that is part of the gradient
     * @param keep what is left of a weight beside the gradient
     */
    record Step(float scale, float rate, float decay, float keep) {}

    /** Moves the parameters of one connection. */
    abstract void move(int layer, ConnectionParameters connection, Gradients gradients, Step step);

    /** {@return what it remembers, for a checkpoint to keep; empty for plain gradient descent} */
    public final List<Moments> moments() {
        return moments;
    }

    /** {@return how many updates have been made, the one under way among them} */
    final long updates() {
        return updates;
    }

    /**
     * Sets how many updates have been made, where a checkpoint has given back {@link #moments()}.
     *
     * @param updatesMade how many
     */
    public final void continueAfter(long updatesMade) {
        updates = updatesMade;
    }

    /** Returns the memory. */
    @Override
    public final void close() {
        memory.close();
    }
}

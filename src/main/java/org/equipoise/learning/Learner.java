package org.equipoise.learning;

import org.equipoise.config.Algorithm;
import org.equipoise.config.Configuration;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.SingleProcess;
import org.equipoise.dynamics.SettlingTeam;
import org.equipoise.dynamics.SpikeCounts;
import org.equipoise.dynamics.StepCount;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Trains parameters on batches of images and targets.
 *
 * <p>Use: fill the batch's {@link #image()} and {@link #target()}, then {@link #learn}.
 */
public sealed interface Learner extends AutoCloseable
        permits EquilibriumPropagation, ContinualEquilibriumPropagation, BackpropagationThroughTime {
    /**
     * @param memory where the memory of the whole comes from that it is a part of
     * @param configuration algorithm, phases, neurons, batch and its shards
     * @param communicator the ranks that share each batch
     * @param particles where free phases start, or null if at rest; the caller selects each batch's and closes them
     * @param parameters what is learnt
     * @param kernels the arithmetic
     * @param workers who shares the work
     * @return a learner by the algorithm that the settings name
     */
    static Learner in(
            MemoryScope memory,
            Configuration configuration,
            Communicator communicator,
            @Nullable Particles particles,
            Parameters parameters,
            Kernels kernels,
            Workers workers) {
        return memory.part("learner", part -> switch (configuration.learning().algorithm()) {
            case Algorithm.EquilibriumPropagation ep ->
                new EquilibriumPropagation(part, configuration, communicator, particles, parameters, kernels, workers);
            case Algorithm.ContinualEquilibriumPropagation continual ->
                new ContinualEquilibriumPropagation(
                        part,
                        configuration,
                        StepContrast.OF_STATES,
                        Algorithm.UpdateTime.EVERY_STEP,
                        particles,
                        parameters,
                        kernels,
                        workers);
            case Algorithm.EqSpike eqspike ->
                new ContinualEquilibriumPropagation(
                        part,
                        configuration,
                        StepContrast.OF_SPIKES,
                        eqspike.updateTime(),
                        particles,
                        parameters,
                        kernels,
                        workers);
            case Algorithm.Backpropagation bptt ->
                new BackpropagationThroughTime(part, configuration, bptt, parameters, kernels, workers);
            case Algorithm.FeedForwardBackpropagation bp ->
                new BackpropagationThroughTime(
                        part, configuration, Algorithm.Backpropagation.USUAL, parameters, kernels, workers);
        });
    }

    /**
     * Opens a learner of a process alone, all of whose free phases start at rest.
     *
     * @param configuration algorithm, phases, neurons and batch
     * @param parameters what is learnt
     * @param kernels the arithmetic
     * @param workers who shares the work
     * @param ledger where the memory is entered
     * @return a learner by the algorithm that the settings name
     */
    static Learner open(
            Configuration configuration, Parameters parameters, Kernels kernels, Workers workers, Ledger ledger) {
        return ledger.open(
                memory -> in(memory, configuration, SingleProcess.INSTANCE, null, parameters, kernels, workers));
    }

    /** {@return the batch's clamped images, in [0, 1]} */
    FloatTensor image();

    /** {@return the batch's targets y} */
    FloatTensor target();

    /** {@return the output's activations at the end of the free phase} */
    FloatTensor output();

    /**
     * Learns from the first images of the batch, of which this holds those that its rank has, from its first one on ({@link org.equipoise.distributed.Share}).
     * Involves all ranks.
     *
     * @param images how many the whole batch has
     * @param positive the sign of β where it is drawn for each batch: whether it is positive
     * @param rateFactor factor on every learning rate
     */
    default void learn(int images, boolean positive, float rateFactor) {
        learn(images, positive, rateFactor, () -> {});
    }

    /**
     * Learns as {@link #learn(int, boolean, float)} does.
     *
     * @param images how many the whole batch has
     * @param positive the sign of β where it is drawn for each batch: whether it is positive
     * @param rateFactor factor on every learning rate
     * @param settled run when the batch has settled, while {@link #activations} may be read
     */
    void learn(int images, boolean positive, float rateFactor, Runnable settled);

    /** {@return tiles that settle, to test the network} */
    SettlingTeam team();

    /**
     * @param layer 1 for the first hidden layer, the number of connections for {@link #output()}
     * @return the activations that the batch last settled in, for a look at how the layer does; null where they are not kept. The
     *     gradient overwrites them
     */
    @Nullable
    FloatTensor activations(int layer);

    /** {@return the spikes of batches since the last reset; none for neurons that do not spike} */
    SpikeCounts spikeCounts();

    /**
     * Counts from now on as if these spikes had been counted before and no others.
     *
     * @param counted spikes of a network of the same depth, or none
     */
    void countSpikesAfter(SpikeCounts counted);

    /**
     * @return spikes a neuron and step of each layer, from the image on, since the last reset; empty for neurons that do not
     *     spike
     */
    default double[] firingRates() {
        return spikeCounts().rates();
    }

    /** Forgets the spikes counted so far. */
    default void resetFiringRates() {
        countSpikesAfter(SpikeCounts.NONE);
    }

    /**
     * @return the steps forward of all images since the learner began, taken and saved; those of batches are a difference of two
     *     counts, as tests by {@link #team()} may count too
     */
    StepCount steps();

    /** {@return how long each phase has taken} */
    PhaseTimes times();

    /** {@return the optimiser, whose state a checkpoint keeps} */
    Optimiser optimiser();

    /** Returns the memory. */
    @Override
    void close();
}

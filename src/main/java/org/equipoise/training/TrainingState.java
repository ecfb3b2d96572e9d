package org.equipoise.training;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.data.ImageSet;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.SingleProcess;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.Kernels;
import org.equipoise.learning.Learner;
import org.equipoise.learning.Moments;
import org.equipoise.learning.Particles;
import org.equipoise.learning.WeightAverage;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Initialiser;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;
import org.jspecify.annotations.Nullable;

/**
 * What training changes: parameters, the learner with its optimiser, the running mean of the parameters and the particles of the
 * training examples. Its memory is allocated as a whole or not at all.
 */
public final class TrainingState implements AutoCloseable {
    private final MemoryScope.Holding memory;
    private final Kernels kernels;
    private final Workers workers;
    private final Parameters parameters;
    private final @Nullable Particles particles;
    private final Learner learner;
    private final WeightAverage average;
    private boolean ownsWorkers;

    private TrainingState(
            MemoryScope memory,
            Configuration configuration,
            Communicator communicator,
            Parameters parameters,
            Kernels kernels,
            Workers workers,
            int examples) {
        this.memory = memory.holding();
        this.kernels = kernels;
        this.workers = workers;
        this.parameters = parameters;
        this.particles = Particles.in(memory, configuration.training().particles(), parameters.topology(), examples);
        this.learner = Learner.in(memory, configuration, communicator, particles, parameters, kernels, workers);
        this.average = WeightAverage.in(memory, configuration.learning(), parameters, workers);
    }

    private static TrainingState withParameters(
            MemoryScope memory,
            Configuration configuration,
            Communicator communicator,
            Kernels kernels,
            Workers workers,
            int examples) {
        Parameters parameters = Parameters.in(memory, configuration);
        return new TrainingState(memory, configuration, communicator, parameters, kernels, workers, examples);
    }

    /**
     * Allocates everything and draws the initial parameters. Each rank has all parameters, and the images of its shards.
     *
     * @param configuration what to train, and how
     * @param images what to learn from
     * @param machine what may be used
     * @return the state of a run at its start, which the caller closes
     * @throws BadInputException if the images do not {@linkplain Trainer#requireFit fit} the network, or there are more ranks than shards
     * @throws org.equipoise.memory.BudgetExceededException if it does not fit the budget or the machine; nothing is held then
     */
    public static TrainingState open(Configuration configuration, ImageSet images, Machine machine) {
        Trainer.requireFit(configuration, images);
        Communicator communicator = machine.communicator();
        Workers workers = new Workers(machine.threads());
        TrainingState state = machine.ledger()
                .open(
                        memory -> withParameters(
                                memory, configuration, communicator, machine.kernels(), workers, images.count()),
                        () -> new LargestBatch(
                                        configuration,
                                        communicator,
                                        machine.threads(),
                                        images.count(),
                                        machine.ledger())
                                .advice());
        state.ownsWorkers = true;
        try {
            Initialiser.of(configuration.training()).fill(state.parameters);
            state.derive();
            state.average.restart();
            return state;
        } catch (RuntimeException | Error e) {
            state.close();
            throw e;
        }
    }

    /**
     * Allocates what learning needs beside parameters that exist already and outlive it.
     *
     * @param configuration how to learn
     * @param parameters what is learnt
     * @param machine what may be used
     * @param workers who shares the work; stays open
     * @return the state, which the caller closes
     * @throws org.equipoise.memory.BudgetExceededException if it does not fit the budget or the machine; nothing is held then
     */
    public static TrainingState of(
            Configuration configuration, Parameters parameters, Machine machine, Workers workers) {
        TrainingState state = machine.ledger()
                .open(memory -> new TrainingState(
                        memory, configuration, machine.communicator(), parameters, machine.kernels(), workers, 0));
        state.average.restart();
        return state;
    }

    /**
     * @param configuration what to train, and how
     * @param threads how many threads work
     * @param examples how many training images there are, of which particles are kept
     * @return all off-heap memory that training holds in a process alone
     */
    public static List<MemoryPlan> plans(Configuration configuration, int threads, int examples) {
        return plans(configuration, SingleProcess.INSTANCE, threads, examples);
    }

    static List<MemoryPlan> plans(Configuration configuration, Communicator communicator, int threads, int examples) {
        Workers workers = new Workers(threads);
        return MemoryScope.count(
                memory -> withParameters(memory, configuration, communicator, Kernels.scalar(), workers, examples));
    }

    /**
     * Refuses a run that would not fit a budget, before anything is allocated, and says what would.
     *
     * @param configuration what to train
     * @param threads how many threads work
     * @param examples how many training images there are, of which particles are kept
     * @param ledger the budget
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit beside what the ledger holds already
     */
    public static void requireMemory(Configuration configuration, int threads, int examples, Ledger ledger) {
        ledger.require(
                plans(configuration, threads, examples),
                () -> new LargestBatch(configuration, SingleProcess.INSTANCE, threads, examples, ledger).advice());
    }

    /** {@return what is learnt} */
    public Parameters parameters() {
        return parameters;
    }

    /** {@return the learner, whose optimiser a checkpoint keeps} */
    public Learner learner() {
        return learner;
    }

    /** {@return the running mean of the parameters, which is the run's model where there is one} */
    public WeightAverage average() {
        return average;
    }

    /** {@return the particles of the training examples, which a checkpoint keeps, or null if there are none} */
    public @Nullable Particles particles() {
        return particles;
    }

    /** {@return all that a checkpoint keeps beside parameters and particles} */
    List<Moments> moments() {
        List<Moments> moments = new ArrayList<>(learner.optimiser().moments());
        moments.addAll(average.moments());
        return moments;
    }

    Workers workers() {
        return workers;
    }

    /** Derives the layouts that settling reads, after parameters were set. */
    public void derive() {
        parameters.derive(kernels, workers);
    }

    /** Lets the parameters and their running mean, where there is one, change places. */
    public void exchangeAverage() {
        if (average.kept()) {
            average.exchange();
            derive();
        }
    }

    @Override
    public void close() {
        if (particles != null) {
            particles.close();
        }
        memory.close();
        if (ownsWorkers) {
            workers.close();
        }
    }
}

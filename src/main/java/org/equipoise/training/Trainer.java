package org.equipoise.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.equipoise.config.Configuration;
import org.equipoise.config.ImageShape;
import org.equipoise.config.TrainingSettings.Divergence;
import org.equipoise.data.Dataset;
import org.equipoise.data.ExampleOrder;
import org.equipoise.data.ImageSet;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.ExchangeCount;
import org.equipoise.distributed.Share;
import org.equipoise.distributed.SingleProcess;
import org.equipoise.dynamics.StepCount;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.Kernels;
import org.equipoise.learning.Learner;
import org.equipoise.learning.Moments;
import org.equipoise.learning.Particles;
import org.equipoise.learning.WeightAverage;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Initialiser;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.random.CounterRandom;
import org.equipoise.training.health.ActivationStatistics;
import org.equipoise.training.health.HealthMonitor;
import org.equipoise.training.health.TrainingAnomaly;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network on a data set, batch by batch.
 *
 * <p>Results depend on configuration, data and position alone, not on the number of threads or the width of vectors.
 */
public final class Trainer implements AutoCloseable {
    private static final long SIGN_STREAM = 1L << 42;

    private final Configuration configuration;
    private final Dataset dataset;
    private final Topology topology;
    private final Workers workers;
    private final Kernels kernels;
    private final Parameters parameters;
    private final SharedBatch sharedBatch;
    private final @Nullable Particles particles;
    private final Learner learner;
    private final WeightAverage average;
    private final @Nullable HealthMonitor monitor;
    private final int batches;
    private final boolean borrowed;
    private final Communicator communicator;
    private final Share share;
    /** Null where what is trained was allocated by another. */
    private final @Nullable Ledger ledger;

    private Progress progress = Progress.START;
    private EpochCounts counts = EpochCounts.NONE;

    /**
     * Allocates everything and draws the initial parameters.
     *
     * @param configuration what to train, and how
     * @param dataset what to learn from
     * @param kernels the arithmetic
     * @param threads how many threads work
     * @param ledger where the memory is entered
     * @throws BadInputException if the images are not of the network's size, or it has fewer outputs than they have classes
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget; nothing is allocated then
     */
    public Trainer(Configuration configuration, Dataset dataset, Kernels kernels, int threads, Ledger ledger) {
        this(configuration, dataset, new Machine(kernels, threads, ledger));
    }

    /**
     * Allocates everything and draws the initial parameters. Each rank has all parameters, and the images of its shards.
     *
     * @param configuration what to train, and how
     * @param dataset what to learn from
     * @param machine what may be used
     * @throws BadInputException if the images are not of the network's size, it has fewer outputs than they have classes, or there are
     *     more ranks than shards
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget; nothing is allocated then
     */
    public Trainer(Configuration configuration, Dataset dataset, Machine machine) {
        requireFit(configuration, dataset.train());
        this.configuration = configuration;
        this.dataset = dataset;
        this.kernels = machine.kernels();
        this.ledger = machine.ledger();
        this.communicator = machine.communicator();
        this.share = share(configuration, communicator);
        this.topology = Topology.of(configuration.network());
        this.monitor = monitor(configuration, topology);
        this.batches = batches(configuration, dataset);
        this.borrowed = false;
        int examples = dataset.train().count();
        requireMemory(configuration, share, machine.threads(), examples, ledger);
        this.workers = new Workers(machine.threads());
        this.parameters = Parameters.open(topology, ledger);
        Initialiser.of(configuration.training()).fill(parameters);
        parameters.derive(kernels, workers);
        this.particles = Particles.open(configuration.training().particles(), topology, examples, ledger);
        this.learner = Learner.open(configuration, communicator, particles, parameters, kernels, workers, ledger);
        this.average = WeightAverage.open(configuration.learning(), parameters, workers, ledger);
        this.sharedBatch =
                new SharedBatch(configuration, dataset.train(), learner, particles, workers, communicator, share);
    }

    /**
     * Trains what exists already and outlives this, from the state it is in; {@link #close} leaves it open.
     *
     * @param configuration what to train, and how; the learner was opened with the same but for the number of epochs
     * @param dataset what to learn from; it may have no test images, and then no epoch has a test
     * @param kernels the arithmetic
     * @param workers who shares the work
     * @param parameters what is learnt
     * @param learner how
     * @param average the running mean of the parameters, if they have one
     * @throws BadInputException if the images are not of the network's size, or it has fewer outputs than they have classes
     */
    public Trainer(
            Configuration configuration,
            Dataset dataset,
            Kernels kernels,
            Workers workers,
            Parameters parameters,
            Learner learner,
            WeightAverage average) {
        requireFit(configuration, dataset.train());
        this.configuration = configuration;
        this.dataset = dataset;
        this.kernels = kernels;
        this.ledger = null;
        this.communicator = SingleProcess.INSTANCE;
        this.share = share(configuration, communicator);
        this.topology = parameters.topology();
        this.monitor = monitor(configuration, topology);
        this.batches = batches(configuration, dataset);
        this.borrowed = true;
        this.workers = workers;
        this.parameters = parameters;
        this.particles = null;
        this.learner = learner;
        this.average = average;
        this.sharedBatch = new SharedBatch(configuration, dataset.train(), learner, null, workers, communicator, share);
    }

    private static Share share(Configuration configuration, Communicator communicator) {
        int shards = configuration.training().shards().count();
        return new Share(shards, communicator.size(), communicator.rank());
    }

    private static @Nullable HealthMonitor monitor(Configuration configuration, Topology topology) {
        return configuration.training().divergence() == Divergence.IGNORE
                ? null
                : new HealthMonitor(configuration, topology);
    }

    private static int batches(Configuration configuration, Dataset dataset) {
        return Math.ceilDiv(dataset.train().count(), configuration.training().batch());
    }

    /**
     * @param configuration what to train, and how
     * @param threads how many threads work
     * @return all off-heap memory that training holds in a process alone, without the particles that a run keeps for each example
     */
    public static List<MemoryPlan> plans(Configuration configuration, int threads) {
        return plans(configuration, whole(configuration), threads);
    }

    private static Share whole(Configuration configuration) {
        return Share.whole(configuration.training().shards().count());
    }

    private static List<MemoryPlan> plans(Configuration configuration, Share share, int threads) {
        Topology topology = Topology.of(configuration.network());
        List<MemoryPlan> plans = new ArrayList<>();
        plans.add(Parameters.plan(topology));
        plans.addAll(Learner.plans(configuration, share, topology, threads));
        WeightAverage.plan(configuration.learning(), topology).ifPresent(plans::add);
        return plans;
    }

    /**
     * @param configuration what to train, and how
     * @param threads how many threads work
     * @param examples how many training images there are
     * @return all off-heap memory that a run holds in a process alone
     */
    public static List<MemoryPlan> plans(Configuration configuration, int threads, int examples) {
        return plans(configuration, whole(configuration), threads, examples);
    }

    /** The same of a rank that has this share of each batch. */
    static List<MemoryPlan> plans(Configuration configuration, Share share, int threads, int examples) {
        List<MemoryPlan> plans = plans(configuration, share, threads);
        Particles.plan(configuration.training().particles(), Topology.of(configuration.network()), examples)
                .ifPresent(plans::add);
        return plans;
    }

    /**
     * Refuses training that would not fit a budget, before anything is allocated, and says what would.
     *
     * @param configuration what to train
     * @param threads how many threads work
     * @param ledger the budget
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit beside what the ledger holds already
     */
    public static void requireMemory(Configuration configuration, int threads, Ledger ledger) {
        requireMemory(configuration, threads, 0, ledger);
    }

    /**
     * Refuses a run that would not fit a budget, before anything is allocated, and says what would.
     *
     * @param configuration what to train
     * @param threads how many threads work
     * @param examples how many training images there are
     * @param ledger the budget
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit beside what the ledger holds already
     */
    public static void requireMemory(Configuration configuration, int threads, int examples, Ledger ledger) {
        requireMemory(configuration, whole(configuration), threads, examples, ledger);
    }

    private static void requireMemory(
            Configuration configuration, Share share, int threads, int examples, Ledger ledger) {
        ledger.require(
                plans(configuration, share, threads, examples),
                () -> new LargestBatch(configuration, share, threads, examples, ledger).advice());
    }

    /**
     * @param configuration a network
     * @param images what it shall see
     * @throws BadInputException if the images are not of the network's size, or it has fewer outputs than they have classes
     */
    public static void requireFit(Configuration configuration, ImageSet images) {
        ImageShape input = configuration.network().input();
        ImageShape given = new ImageShape(images.channels(), images.height(), images.width());
        if (!given.equals(input)) {
            throw new BadInputException("The images of '" + images.name() + "' are " + given + " but network.input is "
                    + input + "; images of the network's channels, height and width were expected.");
        }
        if (configuration.network().classes() < images.classes()) {
            throw new BadInputException("'" + images.name() + "' has " + images.classes()
                    + " classes but the network has " + configuration.network().classes()
                    + " outputs; at least one output a class was expected.");
        }
    }

    /** {@return all off-heap memory that this run holds} */
    public List<MemoryPlan> plans() {
        List<MemoryPlan> plans =
                plans(configuration, share, workers.threads(), dataset.train().count());
        plans.addAll(communicator.plans());
        return plans;
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
    WeightAverage average() {
        return average;
    }

    /** {@return all that a checkpoint keeps beside the parameters} */
    List<Moments> moments() {
        List<Moments> moments = new ArrayList<>(learner.optimiser().moments());
        moments.addAll(average.moments());
        return moments;
    }

    /** {@return the particles of the training examples, which a checkpoint keeps, or null if there are none} */
    public @Nullable Particles particles() {
        return particles;
    }

    /** {@return where the run is} */
    public Progress progress() {
        return progress;
    }

    /** {@return what has been counted in the epoch under way} */
    public EpochCounts counts() {
        return counts;
    }

    /**
     * Goes on from parameters that the caller has set, at the start of an epoch.
     *
     * @param from where that run was
     * @throws BadInputException if this run has no such place
     */
    public void resume(Progress from) {
        resume(from, EpochCounts.NONE);
    }

    /**
     * Goes on from a checkpoint: the caller has set parameters and the optimiser's moments.
     *
     * @param from where that run was
     * @param counted what it had counted in its epoch
     * @throws BadInputException if this run has no such place
     */
    public void resume(Progress from, EpochCounts counted) {
        int layers = counted.spikes().spikes().size();
        if (layers != 0 && layers != topology.depth() + 1) {
            throw new BadInputException("The checkpoint counts the spikes of " + layers + " layers; the image and "
                    + topology.depth() + " layers, as the network has, were expected.");
        }
        if (from.epoch() < 0 || from.batch() < 0 || from.batch() > batches) {
            throw new BadInputException("The checkpoint was written after " + from.batch() + " batches of epoch "
                    + (from.epoch() + 1) + "; at most " + batches + " batches, as the run has, were expected.");
        }
        progress = from;
        counts = counted;
        if (from.equals(Progress.START)) {
            average.restart();
        }
        learner.optimiser().continueAfter(updatesDone());
        parameters.derive(kernels, workers);
    }

    private long updatesDone() {
        return (long) progress.epoch() * batches + progress.batch();
    }

    /** {@return batches of an epoch} */
    public int batches() {
        return batches;
    }

    /** {@return whether all epochs are done} */
    public boolean finished() {
        return progress.epoch() >= configuration.training().epochs();
    }

    /**
     * Trains to the end of the epoch under way and tests, or stops between two batches. Involves all ranks.
     *
     * @param stop asked after each batch; once true on any rank, training stops there on all
     * @param listener hears of it
     * @param afterBatch run between batches, to save the run
     * @return what the epoch came to, or null if it was stopped before its end
     * @throws DivergenceException if values are not finite or too large, or a layer is silent or saturated and that shall end the run
     */
    public @Nullable EpochMetrics trainEpoch(BooleanSupplier stop, TrainingListener listener, Runnable afterBatch) {
        int[] order = new ExampleOrder(
                        configuration.training().seed(), dataset.train().count())
                .epoch(progress.epoch());
        BooleanSupplier agreed = communicator.size() == 1 ? stop : () -> communicator.any(stop.getAsBoolean());
        double seconds = 0;
        StepCount here = StepCount.NONE;
        ExchangeCount exchanged = ExchangeCount.NONE;
        sharedBatch.begin();
        int firstBatch = progress.batch();
        while (progress.batch() < batches) {
            if (agreed.getAsBoolean()) {
                return null;
            }
            long start = System.nanoTime();
            BatchTally tally = trainBatch(order, start, listener);
            seconds += (System.nanoTime() - start) / 1e9;
            here = here.plus(tally.steps());
            exchanged = exchanged.plus(tally.exchanged());
            counts = new EpochCounts(
                    counts.steps().plus(tally.steps()), counts.spikes().plus(tally.spikes()));
            listener.batchDone(progress, batches, counts.spikes().rates(), perSecond(here.taken(), seconds));
            afterBatch.run();
        }
        long start = System.nanoTime();
        Saturation saturation = new Saturation(configuration.neuron(), topology);
        int batchesHere = progress.batch() - firstBatch;
        Evaluation test = evaluate(dataset.test(), agreed, listener, saturation::add);
        if (test.samples() < dataset.test().count()) {
            return null;
        }
        saturation.addThoseOfOthers(communicator);
        progress = progress.afterTest(test.steps(), (System.nanoTime() - start) / 1e9);
        EpochMetrics metrics = new EpochMetrics(
                progress.epoch() + 1,
                (long) (progress.epoch() + 1) * batches,
                progress.errorPercent(),
                progress.meanLoss(),
                test.errorPercent(),
                test.loss(),
                Arrays.stream(counts.spikes().rates()).boxed().toList(),
                progress.sampleSteps(),
                perSecond(here.taken(), seconds),
                progress.seconds(),
                progress.stepsSavedPercent(),
                counts.steps().freeSavedPercent(),
                counts.steps().nudgeSavedPercent(),
                saturation.atLowerBound(),
                saturation.atUpperBound(),
                test.confusion(),
                ledger == null ? MemoryAccounts.NONE : MemoryAccounts.of(plans(), ledger),
                communicator.size() == 1 ? null : ExchangeMetrics.of(communicator.size(), exchanged, batchesHere));
        progress = progress.nextEpoch(Math.min(progress.bestErrorPercent(), metrics.trainErrorPercent()));
        counts = EpochCounts.NONE;
        listener.epochDone(metrics);
        return metrics;
    }

    private static double perSecond(long steps, double seconds) {
        return seconds == 0 ? 0 : steps / seconds;
    }

    private BatchTally trainBatch(int[] order, long startNanos, TrainingListener listener) {
        BatchEvent event = BatchEvent.begun();
        int batch = configuration.training().batch();
        int first = progress.batch() * batch;
        int images = Math.min(batch, order.length - first);
        long update = updatesDone();
        boolean positive = (new CounterRandom(configuration.training().seed(), SIGN_STREAM).bits(update) & 1) == 0;
        float rateFactor = configuration
                .learning()
                .rateSchedule()
                .factor(update, batches, configuration.training().epochs());
        BatchTally tally = sharedBatch.learn(progress.epoch(), order, first, images, positive, rateFactor, monitor);
        examine(tally.statistics(), update, listener);
        average.follow(update + 1);
        long nanos = System.nanoTime() - startNanos;
        progress = progress.afterBatch(tally.errors(), tally.loss(), images, tally.steps(), nanos / 1e9);
        event.end(progress, images, tally.steps().taken(), nanos);
        return tally;
    }

    private void examine(@Nullable ActivationStatistics statistics, long update, TrainingListener listener) {
        if (monitor == null || statistics == null) {
            return;
        }
        for (TrainingAnomaly anomaly : monitor.examine(statistics, parameters, update)) {
            if (anomaly.kind().fatal() || configuration.training().divergence() == Divergence.STOP) {
                throw new DivergenceException(anomaly, progress.epoch() + 1, progress.batch() + 1);
            }
            listener.anomalyDetected(anomaly, progress);
        }
    }

    /**
     * @param images images and their classes
     * @param stop asked now and then; once true, the rest is left out
     * @param listener hears how far the test has come
     * @return how the network does on them, with the running mean of its parameters where there is one
     */
    public Evaluation evaluate(ImageSet images, BooleanSupplier stop, TrainingListener listener) {
        return evaluate(images, stop, listener, Evaluator.SettledImages.IGNORED);
    }

    private Evaluation evaluate(
            ImageSet images, BooleanSupplier stop, TrainingListener listener, Evaluator.SettledImages settled) {
        Evaluator evaluator = Evaluator.of(learner.team(), topology.output(), configuration);
        exchangeAverage();
        try {
            return evaluator.evaluate(images, communicator, stop, listener::testing, settled);
        } finally {
            exchangeAverage();
        }
    }

    private void exchangeAverage() {
        if (average.kept()) {
            average.exchange();
            parameters.derive(kernels, workers);
        }
    }

    @Override
    public void close() {
        if (!borrowed) {
            average.close();
            learner.close();
            if (particles != null) {
                particles.close();
            }
            parameters.close();
            workers.close();
        }
    }
}

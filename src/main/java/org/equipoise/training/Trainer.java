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
import org.equipoise.dynamics.StepCount;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.TemporaryFiles;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Topology;
import org.equipoise.random.CounterRandom;
import org.equipoise.training.health.ActivationStatistics;
import org.equipoise.training.health.HealthMonitor;
import org.equipoise.training.health.TrainingAnomaly;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network on a data set, batch by batch and epoch by epoch.
 *
 * <p>Results depend on configuration, data and position alone, not on the number of threads or the width of vectors.
 */
public final class Trainer {
    private static final long SIGN_STREAM = 1L << 42;

    private final Configuration configuration;
    private final Dataset dataset;
    private final Machine machine;
    private final Communicator communicator;
    private final TrainingState state;
    private final Topology topology;
    private final ShardedBatch sharded;
    private final @Nullable HealthMonitor monitor;
    private final int batches;

    private Progress progress = Progress.START;
    private EpochCounts counts = EpochCounts.NONE;

    /**
     * @param configuration what to train, and how; the state was opened with the same but for the number of epochs
     * @param dataset what to learn from; it may have no test images, and then no epoch has a test
     * @param machine what may be used
     * @param state what is trained, which the caller closes
     * @throws BadInputException if the images are not of the network's size, or it has fewer outputs than they have classes
     */
    public Trainer(Configuration configuration, Dataset dataset, Machine machine, TrainingState state) {
        requireFit(configuration, dataset.train());
        this.configuration = configuration;
        this.dataset = dataset;
        this.machine = machine;
        this.communicator = machine.communicator();
        this.state = state;
        this.topology = state.parameters().topology();
        this.sharded = new ShardedBatch(configuration, dataset.train(), state, communicator);
        this.monitor = configuration.training().divergence() == Divergence.IGNORE
                ? null
                : new HealthMonitor(configuration, topology);
        this.batches =
                Math.ceilDiv(dataset.train().count(), configuration.training().batch());
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
            int last = configuration.network().layers().size() - 1;
            throw new BadInputException("'" + images.name() + "' has " + images.classes()
                    + " classes but the network has " + configuration.network().classes() + " outputs (network.layers["
                    + last + "].linear); at least one output a class was expected, as --set network.layers." + last
                    + ".linear=" + images.classes() + " gives it.");
        }
    }

    /** {@return all off-heap memory that this run holds} */
    public List<MemoryPlan> plans() {
        List<MemoryPlan> plans = new ArrayList<>(TrainingState.plans(
                configuration, communicator, machine.threads(), dataset.train().count()));
        plans.addAll(communicator.plans());
        return plans;
    }

    /** {@return what is trained} */
    public TrainingState state() {
        return state;
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
            state.average().restart();
        }
        state.learner().optimiser().continueAfter(updatesDone());
        state.derive();
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
        if (state.particles() != null) {
            // A run has made its file already.
            state.particles().makeFile(TemporaryFiles.name());
        }
        double seconds = 0;
        StepCount here = StepCount.NONE;
        ExchangeCount exchanged = ExchangeCount.NONE;
        sharded.begin();
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
                MemoryAccounts.of(plans(), machine.ledger()),
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
                .rateFactor(update, batches, configuration.training().epochs());
        BatchTally tally = sharded.learn(progress.epoch(), order, first, images, positive, rateFactor, monitor);
        examine(tally.statistics(), update, listener);
        state.average().follow(update + 1);
        long nanos = System.nanoTime() - startNanos;
        progress = progress.afterBatch(tally.errors(), tally.loss(), images, tally.steps(), nanos / 1e9);
        event.end(progress, images, tally.steps().taken(), nanos);
        return tally;
    }

    private void examine(@Nullable ActivationStatistics statistics, long update, TrainingListener listener) {
        if (monitor == null || statistics == null) {
            return;
        }
        for (TrainingAnomaly anomaly : monitor.examine(statistics, state.parameters(), update)) {
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
        Evaluator evaluator = Evaluator.of(state.learner().team(), topology.output(), configuration);
        state.exchangeAverage();
        try {
            return evaluator.evaluate(images, communicator, stop, listener::testing, settled);
        } finally {
            state.exchangeAverage();
        }
    }
}

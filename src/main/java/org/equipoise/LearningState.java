package org.equipoise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ParticleStore;
import org.equipoise.data.Dataset;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Progress;
import org.equipoise.training.Trainer;
import org.equipoise.training.TrainingListener;
import org.equipoise.training.TrainingState;
import org.equipoise.training.health.TrainingAnomaly;
import org.jspecify.annotations.Nullable;

/** What a network keeps from one training to the next: the learner with its optimiser, and the epochs and updates it has made. */
final class LearningState {
    private final Configuration configuration;
    private final Machine machine;
    private final Workers workers;
    private final Parameters parameters;
    /** Between trainings the parameters are the model: their running mean, where they have one. */
    private @Nullable TrainingState state;

    private Progress progress = Progress.START;
    private long updates;

    LearningState(Configuration configuration, Machine machine, Workers workers, Parameters parameters) {
        this.configuration = configuration;
        this.machine = machine;
        this.workers = workers;
        this.parameters = parameters;
    }

    /** {@return the memory of the parameters and of learning} */
    long bytes() {
        return TrainingState.plans(configuration, machine.threads(), 0).stream()
                .mapToLong(MemoryPlan::totalBytes)
                .sum();
    }

    private TrainingState state() {
        if (state == null) {
            if (configuration.training().particles() != ParticleStore.NONE) {
                throw new BadInputException(
                        "training.particles keeps the states of one data set's images, and a network in a"
                                + " program may be trained on several; none was expected.");
            }
            state = TrainingState.of(configuration, parameters, machine, workers);
        }
        return state;
    }

    List<EpochReport> train(Dataset dataset, int epochs, ProgressListener listener) {
        if (epochs < 1) {
            throw new BadInputException(epochs + " epochs were asked for; at least one was expected.");
        }
        Configuration run = configuration.withEpochs(Math.addExact(progress.epoch(), epochs));
        TrainingState trained = state();
        Trainer trainer = new Trainer(run, dataset, machine, trained);
        trained.exchangeAverage();
        trainer.resume(progress);
        trained.learner().optimiser().continueAfter(updates);
        try {
            return epochs(trainer, listener);
        } finally {
            progress = betweenEpochs(trainer.progress());
            trained.exchangeAverage();
        }
    }

    private List<EpochReport> epochs(Trainer trainer, ProgressListener listener) {
        List<EpochReport> reports = new ArrayList<>();
        TrainingListener counting = new TrainingListener() {
            @Override
            public void batchDone(Progress now, int batches, double[] firingRates, double sampleStepsPerSecond) {
                updates++;
                listener.batchDone(report(now, batches, firingRates, sampleStepsPerSecond));
            }

            @Override
            public void anomalyDetected(TrainingAnomaly anomaly, Progress now) {
                listener.healthWarning(warning(anomaly, now));
            }
        };
        while (!trainer.finished()) {
            EpochMetrics metrics = trainer.trainEpoch(listener::stops, counting, () -> {});
            if (metrics == null) {
                break;
            }
            ModelFile.notFinite(parameters).ifPresent(problem -> {
                throw new WorkFailedException("Training diverged in epoch " + metrics.epoch() + ": there is " + problem
                        + "; smaller learning.rates may help.");
            });
            EpochReport report = report(metrics);
            reports.add(report);
            tell(listener, report, trainer.state());
        }
        return reports;
    }

    /** What the listener asks, saves or opens predictors of is the model that has just been tested. */
    private static void tell(ProgressListener listener, EpochReport report, TrainingState trained) {
        trained.exchangeAverage();
        try {
            listener.epochDone(report);
        } finally {
            trained.exchangeAverage();
        }
    }

    /** An epoch that was left is begun anew the next time; the steps that it took count all the same. */
    private static Progress betweenEpochs(Progress end) {
        return new Progress(
                end.epoch(), 0, 0, 0, 0, end.sampleSteps(), end.stepsSaved(), end.seconds(), end.bestErrorPercent());
    }

    private static BatchReport report(Progress now, int batches, double[] firingRates, double sampleStepsPerSecond) {
        return new BatchReport(
                now.epoch(),
                now.batch(),
                batches,
                now.errorPercent(),
                now.meanLoss(),
                Arrays.stream(firingRates).boxed().toList(),
                sampleStepsPerSecond);
    }

    /** Only what does not end training comes here. */
    private static HealthWarning warning(TrainingAnomaly anomaly, Progress now) {
        return new HealthWarning(
                HealthWarning.Kind.valueOf(anomaly.kind().name()),
                anomaly.layer() - 1,
                anomaly.batches(),
                "In epoch " + (now.epoch() + 1) + ", batch " + (now.batch() + 1) + ", " + anomaly.description() + ".");
    }

    private static EpochReport report(EpochMetrics metrics) {
        return new EpochReport(
                metrics.epoch(),
                metrics.trainErrorPercent(),
                metrics.trainLoss(),
                metrics.testErrorPercent(),
                metrics.testLoss(),
                metrics.firingRates(),
                metrics.sampleSteps(),
                metrics.sampleStepsPerSecond(),
                metrics.seconds());
    }

    /** Forgets what the optimiser remembers, and the epochs. */
    void reset() {
        close();
        state = null;
        progress = Progress.START;
        updates = 0;
    }

    void close() {
        if (state != null) {
            state.close();
        }
    }
}

package org.equipoise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.config.Configuration;
import org.equipoise.config.ParticleStore;
import org.equipoise.data.Dataset;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.equipoise.learning.Learner;
import org.equipoise.learning.WeightAverage;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Progress;
import org.equipoise.training.Trainer;
import org.equipoise.training.TrainingListener;
import org.equipoise.training.health.TrainingAnomaly;
import org.jspecify.annotations.Nullable;

/** What a network keeps from one training to the next: the learner with its optimiser, and the epochs and updates it has made. */
final class LearningState {
    private final Configuration configuration;
    private final Machine machine;
    private final Workers workers;
    private final Parameters parameters;
    private @Nullable Taught taught;
    private Progress progress = Progress.START;
    private long updates;

    LearningState(Configuration configuration, Machine machine, Workers workers, Parameters parameters) {
        this.configuration = configuration;
        this.machine = machine;
        this.workers = workers;
        this.parameters = parameters;
    }

    private List<MemoryPlan> plans() {
        List<MemoryPlan> plans =
                new ArrayList<>(Learner.plans(configuration, parameters.topology(), machine.threads()));
        WeightAverage.plan(configuration.learning(), parameters.topology()).ifPresent(plans::add);
        return plans;
    }

    /**
     * What lasts from one training to the next. Between trainings the parameters are the model: their running mean, where they have
     * one.
     */
    private record Taught(Learner learner, WeightAverage average) {
        void close() {
            average.close();
            learner.close();
        }
    }

    /** {@return the memory of the parameters and of learning} */
    long bytes() {
        return Stream.concat(Stream.of(Parameters.plan(parameters.topology())), plans().stream())
                .mapToLong(MemoryPlan::totalBytes)
                .sum();
    }

    private Taught taught() {
        if (taught == null) {
            if (configuration.training().particles() != ParticleStore.NONE) {
                throw new BadInputException(
                        "training.particles keeps the states of one data set's images, and a network in a"
                                + " program may be trained on several; none was expected.");
            }
            synchronized (machine.ledger()) {
                machine.ledger().require(plans());
                Learner learner = Learner.open(configuration, parameters, machine.kernels(), workers, machine.ledger());
                taught = new Taught(
                        learner, WeightAverage.open(configuration.learning(), parameters, workers, machine.ledger()));
            }
        }
        return taught;
    }

    private void exchange(WeightAverage average) {
        if (average.kept()) {
            average.exchange();
            parameters.derive(machine.kernels(), workers);
        }
    }

    List<EpochReport> train(Dataset dataset, int epochs, ProgressListener listener) {
        if (epochs < 1) {
            throw new BadInputException(epochs + " epochs were asked for; at least one was expected.");
        }
        Configuration run = configuration.withEpochs(Math.addExact(progress.epoch(), epochs));
        Learner learner = taught().learner();
        WeightAverage average = taught().average();
        try (Trainer trainer = new Trainer(run, dataset, machine.kernels(), workers, parameters, learner, average)) {
            exchange(average);
            trainer.resume(progress);
            learner.optimiser().continueAfter(updates);
            try {
                return epochs(trainer, listener);
            } finally {
                progress = betweenEpochs(trainer.progress());
                exchange(average);
            }
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
            tell(listener, report);
        }
        return reports;
    }

    /** What the listener asks, saves or opens predictors of is the model that has just been tested. */
    private void tell(ProgressListener listener, EpochReport report) {
        WeightAverage average = taught().average();
        exchange(average);
        try {
            listener.epochDone(report);
        } finally {
            exchange(average);
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
        taught = null;
        progress = Progress.START;
        updates = 0;
    }

    void close() {
        if (taught != null) {
            taught.close();
        }
    }
}

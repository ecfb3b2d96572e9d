package org.equipoise.cli;

import java.nio.file.Path;
import java.util.Arrays;
import org.equipoise.config.Configuration;
import org.equipoise.data.Dataset;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.network.Topology;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.Progress;
import org.equipoise.training.TrainingListener;
import org.equipoise.training.health.TrainingAnomaly;

/** Prints the progress of training. */
final class TrainingReporter implements TrainingListener, AutoCloseable {
    private final StatusLine status;
    private final Configuration configuration;
    private final Dataset dataset;
    private int epoch;

    TrainingReporter(StatusLine status, Configuration configuration, Dataset dataset) {
        this.status = status;
        this.configuration = configuration;
        this.dataset = dataset;
    }

    /** Prints what is trained, with which threads and kernels, and the folder of the run. */
    void introduce(String label, int threads, Path folder) {
        KernelSelection selection = KernelSelection.ofThisJvm();
        Topology topology = Topology.of(configuration.network());
        status.line(Text.format(
                "%s on %s: %,d training and %,d test images, %s, %s.",
                label,
                dataset.name(),
                dataset.train().count(),
                dataset.test().count(),
                Text.count(topology.connections().size(), "layer"),
                Text.count(topology.parameterCount(), "parameter")));
        status.line(Text.format(
                "%s, %s (%s).", Text.count(threads, "thread"), InfoCommand.kernels(selection), selection.reason()));
        status.line("Writing to " + folder + ".");
    }

    @Override
    public void batchDone(Progress progress, int batches, double[] firingRates, double sampleStepsPerSecond) {
        epoch = progress.epoch();
        if (!status.due()) {
            return;
        }
        // Images that settle early are taken to go on saving as much as they have so far.
        double taken = 1 - progress.stepsSavedPercent() / 100;
        double stepsLeft = taken * allSteps() - progress.sampleSteps();
        double left = sampleStepsPerSecond == 0 ? 0 : stepsLeft / sampleStepsPerSecond;
        // What matters most comes first: a narrow terminal cuts the rest.
        String details = Text.format(
                "error %.1f %%, loss %.4f, %s left, %,.0f sample-steps/s",
                progress.errorPercent(), progress.meanLoss(), Text.duration(left), sampleStepsPerSecond);
        if (firingRates.length > 0) {
            details += ", firing rates "
                    + Text.rates(Arrays.stream(firingRates).boxed().toList());
        }
        status.show(label(), (double) progress.batch() / batches, details);
    }

    @Override
    public void anomalyDetected(TrainingAnomaly anomaly, Progress progress) {
        status.line("Warning: in epoch " + (progress.epoch() + 1) + ", batch " + (progress.batch() + 1) + ", "
                + anomaly.description() + ".");
    }

    /** Updates of the whole network for one image over the whole run, if none is saved. */
    private long allSteps() {
        long epochSteps = (long) dataset.train().count() * configuration.stepsPerExample()
                + (long) dataset.test().count() * configuration.phases().free();
        return configuration.training().epochs() * epochSteps;
    }

    private String label() {
        return "epoch " + (epoch + 1) + " of " + configuration.training().epochs();
    }

    @Override
    public void testing(int images, int all) {
        status.images(label() + ", test").done(images, all);
    }

    @Override
    public void epochDone(EpochMetrics metrics) {
        status.line(Text.format(
                "epoch %d of %d: training error %.2f %%, test error %.2f %%, after %.1f s",
                metrics.epoch(),
                configuration.training().epochs(),
                metrics.trainErrorPercent(),
                metrics.testErrorPercent(),
                metrics.seconds()));
    }

    @Override
    public void close() {
        status.clear();
    }
}

package org.equipoise.report.log;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.equipoise.interop.ParameterFile;
import org.equipoise.interop.tensorboard.Distribution;
import org.equipoise.interop.tensorboard.EventFile;
import org.equipoise.interop.tensorboard.SummaryValue;
import org.equipoise.network.LayerNames;
import org.equipoise.network.Parameters;
import org.equipoise.report.analysis.FirstFilters;
import org.equipoise.report.page.FilterSheet;
import org.equipoise.report.page.Picture;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.Progress;
import org.equipoise.training.TrainingListener;

/**
 * Writes what happens in a run for TensorBoard, into the folder {@code tensorboard} of the run. Steps are updates of the weights.
 *
 * <p>Some fifty times an epoch: error and loss of the training images since the last time, firing rates and speed. After each epoch:
 * errors and losses, firing rates, neurons at their bounds, off-heap memory, histograms of all parameters, and as pictures the first
 * filters and the confusion matrix.
 */
public final class TensorBoardLog implements TrainingListener, AutoCloseable {
    private static final int POINTS_OF_EPOCH = 50;
    private static final double PERCENT = 100;
    private static final int OPAQUE = 0xFF000000;
    private static final int WHITE = 255;
    private static final int CELL = 8;

    private final EventFile file;
    private final Parameters parameters;
    private final List<String> layers;
    private Progress logged = Progress.START;

    /**
     * @param parameters what is learnt; read on the thread that trains, between batches
     * @throws org.equipoise.error.BadInputException if no file can be made there
     */
    public TensorBoardLog(Path run, Parameters parameters, long updates, Clock clock) {
        this.file = new EventFile(folder(run), clock);
        this.parameters = parameters;
        this.layers = LayerNames.of(parameters.topology()).stream()
                .map(name -> name.replace(' ', '_'))
                .toList();
        if (updates > 0) {
            file.resumeFrom(updates + 1);
        }
    }

    /** {@return whether it has such a log} */
    public static boolean isIn(Path run) {
        return Files.isDirectory(folder(run));
    }

    private static Path folder(Path run) {
        return run.resolve("tensorboard");
    }

    /** {@return the file it writes} */
    public Path file() {
        return file.file();
    }

    @Override
    public void batchDone(Progress progress, int batches, double[] firingRates, double sampleStepsPerSecond) {
        int every = Math.max(1, batches / POINTS_OF_EPOCH);
        if (progress.batch() % every != 0) {
            return;
        }
        // What the progress counts begins anew with every epoch.
        boolean same = logged.epoch() == progress.epoch();
        int images = progress.examples() - (same ? logged.examples() : 0);
        int errors = progress.errors() - (same ? logged.errors() : 0);
        double loss = progress.loss() - (same ? logged.loss() : 0);
        List<SummaryValue> values = new ArrayList<>();
        values.add(new SummaryValue.Scalar("batches/error_percent", PERCENT * errors / images));
        values.add(new SummaryValue.Scalar("batches/loss", loss / images));
        values.add(new SummaryValue.Scalar("batches/sample_steps_per_second", sampleStepsPerSecond));
        addLayers(
                values,
                "batches/firing_rate/",
                0,
                Arrays.stream(firingRates).boxed().toList());
        file.add((long) progress.epoch() * batches + progress.batch(), values);
        logged = progress;
    }

    @Override
    public void epochDone(EpochMetrics metrics) {
        List<SummaryValue> values = new ArrayList<>();
        values.add(new SummaryValue.Scalar("error_percent/test", metrics.testErrorPercent()));
        values.add(new SummaryValue.Scalar("error_percent/training", metrics.trainErrorPercent()));
        values.add(new SummaryValue.Scalar("loss/test", metrics.testLoss()));
        values.add(new SummaryValue.Scalar("loss/training", metrics.trainLoss()));
        values.add(new SummaryValue.Scalar("effort/epoch", metrics.epoch()));
        values.add(new SummaryValue.Scalar("effort/sample_steps", (double) metrics.sampleSteps()));
        values.add(new SummaryValue.Scalar("effort/seconds", metrics.seconds()));
        values.add(new SummaryValue.Scalar("effort/steps_saved_percent", metrics.stepsSavedPercent()));
        addLayers(values, "firing_rate/", 0, metrics.firingRates());
        addLayers(values, "at_lower_bound/", 1, metrics.atLowerBound());
        addLayers(values, "at_upper_bound/", 1, metrics.atUpperBound());
        for (Map.Entry<String, Long> account : metrics.memory().measured().entrySet()) {
            values.add(new SummaryValue.Scalar("memory_bytes/" + account.getKey(), (double) account.getValue()));
        }
        addParameters(values);
        addPictures(values, metrics);
        file.add(metrics.updates(), values);
    }

    private void addLayers(List<SummaryValue> values, String tag, int firstLayer, List<Double> ofLayers) {
        for (int l = 0; l < ofLayers.size(); l++) {
            values.add(new SummaryValue.Scalar(
                    tag + (firstLayer + l) + "_" + layers.get(firstLayer + l), ofLayers.get(l)));
        }
    }

    private void addParameters(List<SummaryValue> values) {
        for (int l = 0; l < parameters.connections().size(); l++) {
            values.add(new SummaryValue.Histogram(
                    "parameters/" + ParameterFile.weightName(l), Distribution.of(parameters.weights(l))));
            values.add(new SummaryValue.Histogram(
                    "parameters/" + ParameterFile.biasName(l), Distribution.of(parameters.biases(l))));
        }
    }

    private void addPictures(List<SummaryValue> values, EpochMetrics metrics) {
        FirstFilters filters =
                FirstFilters.of(parameters.topology().connections().getFirst(), parameters.weights(0));
        values.add(image("filters/first_layer", FilterSheet.of(filters).picture()));
        if (!metrics.confusion().isEmpty()) {
            values.add(image("confusion/test", confusion(metrics.confusion())));
        }
    }

    private static SummaryValue.Image image(String tag, Picture picture) {
        return new SummaryValue.Image(tag, picture.width(), picture.height(), picture.png());
    }

    /** A square of pixels for each cell, true classes downwards: black for none, white for a whole class. */
    private static Picture confusion(List<List<Integer>> counts) {
        int width = CELL * counts.getFirst().size();
        return Picture.of(width, CELL * counts.size(), (x, y) -> {
            List<Integer> row = counts.get(y / CELL);
            int sum = Math.max(1, row.stream().mapToInt(Integer::intValue).sum());
            int grey = Math.round((float) WHITE * row.get(x / CELL) / sum);
            return OPAQUE | grey << 16 | grey << 8 | grey;
        });
    }

    @Override
    public void close() {
        file.close();
    }
}

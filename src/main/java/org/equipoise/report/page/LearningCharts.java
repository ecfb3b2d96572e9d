package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.equipoise.report.analysis.RunRecord;
import org.equipoise.training.EpochMetrics;

/**
 * How error and loss fall, of all runs together, over three measures of effort.
 *
 * @param axes the measures
 * @param tables the values, one table for each run
 */
public record LearningCharts(List<Axis> axes, List<Table> tables) {
    /**
     * Charts over one measure of effort.
     *
     * @param id its name within the page
     * @param label what it is called
     * @param charts error and loss
     */
    public record Axis(String id, String label, List<LineChart> charts) {}

    private static final int MINUTE = 60;
    private static final int HOUR = 3600;
    private static final int FEW = 3;

    /** {@return whether there is any epoch to show} */
    public boolean any() {
        return !tables.isEmpty();
    }

    /**
     * @param runs the runs
     * @param names what each is called, an empty name for a single one
     * @return their charts
     */
    static LearningCharts of(List<RunRecord> runs, List<String> names) {
        List<Table> tables = new ArrayList<>();
        double longest = 0;
        for (int r = 0; r < runs.size(); r++) {
            List<EpochMetrics> epochs = runs.get(r).epochs();
            if (!epochs.isEmpty()) {
                tables.add(table(epochs, names.get(r)));
                longest = Math.max(longest, epochs.getLast().seconds());
            }
        }
        double unit = longest < FEW * MINUTE ? 1 : longest < FEW * HOUR ? MINUTE : HOUR;
        String time = "wall-clock time in " + (unit == 1 ? "seconds" : unit == MINUTE ? "minutes" : "hours");
        List<Axis> axes = tables.isEmpty()
                ? List.of()
                : List.of(
                        axis("epoch", "epochs", runs, names, EpochMetrics::epoch),
                        axis("steps", "sample-steps", runs, names, metrics -> (double) metrics.sampleSteps()),
                        axis("time", time, runs, names, metrics -> metrics.seconds() / unit));
        return new LearningCharts(axes, tables);
    }

    private static Axis axis(
            String id, String label, List<RunRecord> runs, List<String> names, ToDoubleFunction<EpochMetrics> x) {
        LineChart error = LineChart.linear(
                "error-" + id,
                new LineChart.Labels("Error", label, "error in percent"),
                curves(runs, names, x, EpochMetrics::testErrorPercent, EpochMetrics::trainErrorPercent),
                null,
                null);
        LineChart loss = LineChart.linear(
                "loss-" + id,
                new LineChart.Labels("Loss", label, "mean loss"),
                curves(runs, names, x, EpochMetrics::testLoss, EpochMetrics::trainLoss),
                null,
                null);
        return new Axis(id, label, List.of(error, loss));
    }

    private static List<Curve> curves(
            List<RunRecord> runs,
            List<String> names,
            ToDoubleFunction<EpochMetrics> x,
            ToDoubleFunction<EpochMetrics> test,
            ToDoubleFunction<EpochMetrics> train) {
        List<Curve> curves = new ArrayList<>();
        for (int r = 0; r < runs.size(); r++) {
            List<EpochMetrics> epochs = runs.get(r).epochs();
            String prefix = names.get(r).isEmpty() ? "" : names.get(r) + ", ";
            curves.add(new Curve(prefix + "test", Curve.colour(r), points(epochs, x, test)));
            curves.add(new Curve(
                    prefix + "training",
                    (runs.size() == 1 ? Curve.colour(1) : Curve.colour(r)) + " dashed",
                    points(epochs, x, train)));
        }
        return curves;
    }

    private static List<Curve.Point> points(
            List<EpochMetrics> epochs, ToDoubleFunction<EpochMetrics> x, ToDoubleFunction<EpochMetrics> y) {
        return epochs.stream()
                .map(metrics -> new Curve.Point(x.applyAsDouble(metrics), y.applyAsDouble(metrics)))
                .toList();
    }

    private static Table table(List<EpochMetrics> epochs, String name) {
        List<List<String>> rows = epochs.stream()
                .map(metrics -> List.of(
                        Integer.toString(metrics.epoch()),
                        Numbers.brief((double) metrics.sampleSteps()),
                        Numbers.duration(metrics.seconds()),
                        Numbers.fixed(metrics.testErrorPercent(), 2),
                        Numbers.fixed(metrics.trainErrorPercent(), 2),
                        Numbers.fixed(metrics.testLoss(), 4),
                        Numbers.fixed(metrics.trainLoss(), 4)))
                .toList();
        return new Table(
                        "Values: error in percent and mean loss" + (name.isEmpty() ? "" : " of " + name),
                        List.of(
                                "epoch",
                                "sample-steps",
                                "time",
                                "test error",
                                "training error",
                                "test loss",
                                "training loss"),
                        rows)
                .thinned();
    }
}

package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.equipoise.plot.Table.Columns;
import org.equipoise.report.analysis.RunRecord;
import org.equipoise.training.EpochMetrics;

/** How error and loss fall, of all runs together, over three measures of effort. */
public record LearningCharts(List<Axis> axes, List<Table> tables) {
    /** Charts over one measure of effort. */
    public record Axis(String id, String label, List<LineChart> charts) {}

    private static final int MINUTE = 60;
    private static final int HOUR = 3600;
    private static final int FEW = 3;

    /** {@return whether there is any epoch to show} */
    public boolean any() {
        return !tables.isEmpty();
    }

    /**
     * @param names what each is called, an empty name for a single one
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
        List<Curve> errors = curves(runs, names, x, EpochMetrics::testErrorPercent, EpochMetrics::trainErrorPercent);
        List<Curve> losses = curves(runs, names, x, EpochMetrics::testLoss, EpochMetrics::trainLoss);
        LineChart.Labels error = new LineChart.Labels("Error", label, "error in percent");
        LineChart.Labels loss = new LineChart.Labels("Loss", label, "mean loss");
        return new Axis(
                id,
                label,
                List.of(
                        LineChart.linear("error-" + id, error, errors, null, null),
                        LineChart.linear("loss-" + id, loss, losses, null, null)));
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
            String dashed = Curve.colour(runs.size() == 1 ? 1 : r) + " dashed";
            curves.add(Curve.of(prefix + "test", Curve.colour(r), epochs, x, test));
            curves.add(Curve.of(prefix + "training", dashed, epochs, x, train));
        }
        return curves;
    }

    private static Table table(List<EpochMetrics> epochs, String name) {
        Columns<EpochMetrics> columns = new Columns<EpochMetrics>(epochs)
                .column("epoch", EpochMetrics::epoch)
                .column("sample-steps", metrics -> Numbers.brief((double) metrics.sampleSteps()))
                .column("time", metrics -> Numbers.duration(metrics.seconds()))
                .column("test error", metrics -> Numbers.fixed(metrics.testErrorPercent(), 2))
                .column("training error", metrics -> Numbers.fixed(metrics.trainErrorPercent(), 2))
                .column("test loss", metrics -> Numbers.fixed(metrics.testLoss(), 4))
                .column("training loss", metrics -> Numbers.fixed(metrics.trainLoss(), 4));
        return Table.of("Values: error in percent and mean loss" + (name.isEmpty() ? "" : " of " + name), columns)
                .thinned();
    }
}

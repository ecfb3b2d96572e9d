package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.equipoise.network.LayerNames;
import org.equipoise.report.analysis.RunRecord;
import org.equipoise.training.EpochMetrics;

/** How busy the layers of a run are, epoch by epoch: firing rates, and neurons at the bounds of their range. */
final class ActivityCharts {
    private final RunRecord run;
    private final String suffix;
    private final List<String> names;

    /**
     * @param run the run
     * @param suffix makes names unique within the page
     */
    ActivityCharts(RunRecord run, String suffix) {
        this.run = run;
        this.suffix = suffix;
        this.names = LayerNames.of(run.topology());
    }

    /** {@return the charts for which the run has values} */
    List<LineChart> charts() {
        List<LineChart> charts = new ArrayList<>();
        add(charts, "rates", "Firing rates while training", "spikes a neuron and step", 0, EpochMetrics::firingRates);
        add(charts, "lower", "Silent neurons", "share at the lower bound", 1, EpochMetrics::atLowerBound);
        add(charts, "upper", "Saturated neurons", "share at the upper bound", 1, EpochMetrics::atUpperBound);
        return charts;
    }

    private void add(
            List<LineChart> charts,
            String id,
            String title,
            String vertical,
            int firstLayer,
            Function<EpochMetrics, List<Double>> values) {
        List<EpochMetrics> epochs = run.epochs().stream()
                .filter(metrics -> !values.apply(metrics).isEmpty())
                .toList();
        if (epochs.isEmpty()) {
            return;
        }
        int layers = Math.min(values.apply(epochs.getLast()).size(), names.size() - firstLayer);
        List<Curve> curves = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("epoch"));
        for (int l = 0; l < layers; l++) {
            int layer = l;
            String name = names.get(firstLayer + l);
            header.add(name);
            curves.add(new Curve(
                    name,
                    Curve.colour(firstLayer + l),
                    epochs.stream()
                            .map(metrics -> new Curve.Point(
                                    metrics.epoch(), values.apply(metrics).get(layer)))
                            .toList()));
        }
        List<List<String>> rows = new ArrayList<>();
        for (EpochMetrics metrics : epochs) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(metrics.epoch())));
            values.apply(metrics).stream().limit(layers).forEach(value -> row.add(Numbers.fixed(value, 4)));
            rows.add(row);
        }
        Table table = new Table("Values: " + vertical, header, rows).thinned();
        charts.add(LineChart.linear(id + suffix, new LineChart.Labels(title, "epochs", vertical), curves, null, table));
    }
}

package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.equipoise.network.LayerNames;
import org.equipoise.plot.Table.Columns;
import org.equipoise.report.analysis.RunRecord;
import org.equipoise.training.EpochMetrics;

/** How busy the layers of a run are, epoch by epoch: firing rates, and neurons at the bounds of their range. */
final class ActivityCharts {
    private ActivityCharts() {}

    /**
     * @param suffix makes names unique within the page
     * @return the charts for which the run has values
     */
    static List<LineChart> of(RunRecord run, String suffix) {
        String vertical = "spikes a neuron and step";
        return Stream.of(
                        of(
                                run,
                                "rates" + suffix,
                                "Firing rates while training",
                                vertical,
                                0,
                                EpochMetrics::firingRates),
                        of(
                                run,
                                "lower" + suffix,
                                "Silent neurons",
                                "share at the lower bound",
                                1,
                                EpochMetrics::atLowerBound),
                        of(
                                run,
                                "upper" + suffix,
                                "Saturated neurons",
                                "share at the upper bound",
                                1,
                                EpochMetrics::atUpperBound))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<LineChart> of(
            RunRecord run,
            String id,
            String title,
            String vertical,
            int firstLayer,
            Function<EpochMetrics, List<Double>> values) {
        List<String> names = LayerNames.of(run.topology());
        List<EpochMetrics> epochs = run.epochs().stream()
                .filter(metrics -> !values.apply(metrics).isEmpty())
                .toList();
        if (epochs.isEmpty()) {
            return Optional.empty();
        }
        int layers = Math.min(values.apply(epochs.getLast()).size(), names.size() - firstLayer);
        List<Curve> curves = new ArrayList<>();
        Columns<EpochMetrics> table = new Columns<EpochMetrics>(epochs).column("epoch", EpochMetrics::epoch);
        for (int l = 0; l < layers; l++) {
            int layer = l;
            String name = names.get(firstLayer + l);
            Function<EpochMetrics, Double> value =
                    metrics -> values.apply(metrics).get(layer);
            table.column(name, metrics -> Numbers.fixed(value.apply(metrics), 4));
            curves.add(Curve.of(name, Curve.colour(firstLayer + l), epochs, EpochMetrics::epoch, value::apply));
        }
        return Optional.of(LineChart.linear(
                id,
                new LineChart.Labels(title, "epochs", vertical),
                curves,
                null,
                Table.of("Values: " + vertical, table).thinned()));
    }
}

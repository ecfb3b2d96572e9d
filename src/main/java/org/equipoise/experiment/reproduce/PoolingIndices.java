package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.equipoise.experiment.reproduce.RouteExperiment.Observations;
import org.equipoise.experiment.reproduce.RouteExperiment.Seen;
import org.equipoise.plot.Axis;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.LinePlot;
import org.equipoise.plot.Plot;
import org.equipoise.plot.Point;
import org.equipoise.plot.Series;
import org.jspecify.annotations.Nullable;

/** Fig. 1 of the paper, counted: how often the indices of maximum pooling are not those that its inverse would need. */
final class PoolingIndices {
    private static final String TEXT = """
            Per cent of pooling windows, means over the steps of the phase:

            - *turnover*: the winner is another than one step before. What a layer answers goes back one step after its index was taken, so
              this is how often it would go elsewhere than it came from.
            - *against states*: the winner among the currents of the spikes, `argmax w ∗ q`, is not that among the currents of the
              activations, `argmax w ∗ s`. Without spikes q is s.
            - *misdirected*: of the spikes (without spikes: the activations) that P⁻¹ sends back, the part that goes to such a place.

            Average pooling has no indices. The first layer's spikes come from the image, which without spikes stands still.
            """;

    private PoolingIndices() {}

    static Reproduced of(Observations observed) {
        List<List<@Nullable Object>> values = new ArrayList<>();
        List<List<@Nullable Object>> means = new ArrayList<>();
        List<Seen> maximum = observed.variants().stream()
                .filter(seen -> seen.variant() != Variant.SPIKING_AVERAGE)
                .toList();
        for (Seen seen : maximum) {
            for (StepObservation step : seen.steps()) {
                for (LayerObservation layer : pooled(seen)) {
                    IndexMismatch mismatch = mismatch(step, layer);
                    values.add(Arrays.<@Nullable Object>asList(
                            seen.variant().word(),
                            step.phase(),
                            step.step(),
                            layer.layer(),
                            layer.name(),
                            mismatch.turnoverPercent(),
                            mismatch.againstStatesPercent(),
                            mismatch.misdirectedPercent()));
                }
            }
            for (LayerObservation layer : pooled(seen)) {
                means.add(mean(seen, layer, false));
                means.add(mean(seen, layer, true));
            }
        }
        List<Plot> panels = List.of(
                plot("Turnover", maximum, IndexMismatch::turnoverPercent),
                plot("Against states", maximum, IndexMismatch::againstStatesPercent),
                plot("Misdirected", maximum, IndexMismatch::misdirectedPercent));
        return new Reproduced(
                "fig1",
                "Fig. 1: indices of maximum pooling and of its inverse",
                observed.training(),
                TEXT,
                new Table(
                        List.of("network", "layer", "phase", "turnover, %", "against states, %", "misdirected, %"),
                        means),
                new Table(
                        List.of(
                                "network",
                                "phase",
                                "step",
                                "layer",
                                "name",
                                "turnoverPercent",
                                "againstStatesPercent",
                                "misdirectedPercent"),
                        values),
                new Figure(panels, panels.size()));
    }

    private static List<@Nullable Object> mean(Seen seen, LayerObservation of, boolean nudged) {
        IndexMismatch mean = IndexMismatch.mean(seen.steps().stream()
                .filter(step -> step.nudged() == nudged)
                .map(step ->
                        Objects.requireNonNull(step.layers().get(of.layer() - 1).mismatch()))
                .toList());
        return Arrays.<@Nullable Object>asList(
                seen.variant().title(),
                of.name(),
                nudged ? "nudge" : "free",
                mean.turnoverPercent(),
                mean.againstStatesPercent(),
                mean.misdirectedPercent());
    }

    /** Both networks in one panel, so that they share an axis. */
    private static Plot plot(String title, List<Seen> networks, ToDoubleFunction<IndexMismatch> share) {
        List<Series> series = new ArrayList<>();
        for (Seen seen : networks) {
            boolean spiking = seen.variant() != Variant.RATE_MAXIMUM;
            for (LayerObservation layer : pooled(seen)) {
                List<Point> points = new ArrayList<>();
                for (StepObservation step : seen.steps()) {
                    points.add(Point.of(step.step(), share.applyAsDouble(mismatch(step, layer))));
                }
                series.add(new Series(
                        layer.name() + (spiking ? ", spikes" : ", without"),
                        spiking ? Series.Style.LINE : Series.Style.DASHED_LINE,
                        Colour.of(layer.layer() - 1),
                        points));
            }
        }
        int nudged = networks.getFirst().configuration().phases().free() + 1;
        return new LinePlot(title, Axis.linear("step; nudged from step " + nudged), Axis.fromZero("%"), series);
    }

    private static List<LayerObservation> pooled(Seen seen) {
        return seen.steps().getFirst().layers().stream()
                .filter(layer -> layer.mismatch() != null)
                .toList();
    }

    private static IndexMismatch mismatch(StepObservation step, LayerObservation of) {
        return Objects.requireNonNull(step.layers().get(of.layer() - 1).mismatch());
    }
}

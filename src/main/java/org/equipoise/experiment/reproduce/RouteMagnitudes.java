package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.equipoise.experiment.reproduce.RouteExperiment.Observations;
import org.equipoise.experiment.reproduce.RouteExperiment.Seen;
import org.equipoise.plot.Axis;
import org.equipoise.plot.BarPlot;
import org.equipoise.plot.Bars;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.LinePlot;
import org.equipoise.plot.Plot;
import org.equipoise.plot.Point;
import org.equipoise.plot.Series;
import org.jspecify.annotations.Nullable;

/** Fig. 2 of the paper: what layers get from below beside what they get from above, while the output is nudged. */
final class RouteMagnitudes {
    private static final String TEXT = """
            Mean magnitudes over neurons and images, and over the steps of the nudge phase in the table: *forward* is `P(w ∗ q)`, what the
            layer gets from below, *backward* is `w ⋆ P⁻¹(q)`, what it gets from above; q is s without spikes. The last layer gets
            nothing from above. The paper leaves out the first layer, which is driven by the image; it is shown here because P⁻¹ of the
            second convolution leads to it.
            """;

    private RouteMagnitudes() {}

    static Reproduced of(Observations observed) {
        List<List<@Nullable Object>> values = new ArrayList<>();
        List<List<@Nullable Object>> means = new ArrayList<>();
        List<Plot> bars = new ArrayList<>();
        List<Plot> lines = new ArrayList<>();
        for (Seen seen : observed.variants()) {
            for (StepObservation step : seen.steps()) {
                for (LayerObservation layer : hidden(step)) {
                    values.add(Arrays.<@Nullable Object>asList(
                            seen.variant().word(),
                            step.phase(),
                            step.step(),
                            layer.layer(),
                            layer.name(),
                            layer.forward().magnitude(),
                            layer.backward().magnitude()));
                }
            }
            for (LayerObservation layer : hidden(seen.steps().getFirst())) {
                double forward = nudgedMean(seen, layer, LayerObservation::forward);
                double backward = nudgedMean(seen, layer, LayerObservation::backward);
                means.add(Arrays.<@Nullable Object>asList(
                        seen.variant().title(),
                        layer.name(),
                        forward,
                        backward,
                        Math.abs(forward - backward),
                        forward == 0 ? null : Double.valueOf(backward / forward)));
            }
            bars.add(bars(seen));
            lines.add(lines(seen));
        }
        List<Plot> panels = new ArrayList<>(bars);
        panels.addAll(lines);
        return new Reproduced(
                "fig2",
                "Fig. 2: activation magnitudes of the forward and the backward route",
                observed.training(),
                TEXT,
                new Table(
                        List.of("network", "layer", "forward", "backward", "difference", "backward / forward"), means),
                new Table(List.of("network", "phase", "step", "layer", "name", "forward", "backward"), values),
                new Figure(panels, bars.size()));
    }

    private static List<LayerObservation> hidden(StepObservation step) {
        return step.layers().subList(0, step.layers().size() - 1);
    }

    private static double nudgedMean(Seen seen, LayerObservation of, Function<LayerObservation, Spread> route) {
        return seen.steps().stream()
                .filter(StepObservation::nudged)
                .mapToDouble(
                        step -> route.apply(step.layers().get(of.layer() - 1)).magnitude())
                .average()
                .orElseThrow();
    }

    private static Plot bars(Seen seen) {
        List<LayerObservation> layers = hidden(seen.steps().getFirst());
        return new BarPlot(
                seen.variant().title(),
                "layer",
                layers.stream().map(LayerObservation::name).toList(),
                Axis.fromZero("mean magnitude, nudge phase"),
                List.of(
                        Bars.of(
                                "forward",
                                Colour.of(0),
                                layers.stream()
                                        .map(layer -> nudgedMean(seen, layer, LayerObservation::forward))
                                        .toList()),
                        Bars.of(
                                "backward",
                                Colour.of(1),
                                layers.stream()
                                        .map(layer -> nudgedMean(seen, layer, LayerObservation::backward))
                                        .toList())));
    }

    private static Plot lines(Seen seen) {
        List<Series> series = new ArrayList<>();
        for (LayerObservation layer : hidden(seen.steps().getFirst())) {
            Colour colour = Colour.of(layer.layer() - 1);
            List<Point> forward = new ArrayList<>();
            List<Point> backward = new ArrayList<>();
            for (StepObservation step : seen.steps()) {
                if (step.nudged()) {
                    LayerObservation now = step.layers().get(layer.layer() - 1);
                    forward.add(Point.of(step.step(), now.forward().magnitude()));
                    backward.add(Point.of(step.step(), now.backward().magnitude()));
                }
            }
            series.add(new Series(layer.name(), Series.Style.LINE, colour, forward));
            series.add(new Series(layer.name(), Series.Style.DASHED_LINE, colour, backward));
        }
        return new LinePlot(
                seen.variant().title(),
                Axis.linear("step of the nudge phase"),
                Axis.fromZero("mean magnitude: lines forward, dashes backward"),
                series);
    }
}

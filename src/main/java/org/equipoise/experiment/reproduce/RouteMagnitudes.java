package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.experiment.reproduce.Observations.Entry;
import org.equipoise.experiment.reproduce.Observations.OfVariant;
import org.equipoise.experiment.reproduce.Observations.Step;
import org.equipoise.plot.Axis;
import org.equipoise.plot.BarPlot;
import org.equipoise.plot.Bars;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.LinePlot;
import org.equipoise.plot.Plot;
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

    static ReproducedResult of(Observations observed) {
        List<Plot> panels = new ArrayList<>();
        observed.variants().forEach(of -> panels.add(bars(of)));
        observed.variants().forEach(of -> panels.add(lines(of)));
        return new ReproducedResult(
                "fig2",
                "Fig. 2: activation magnitudes of the forward and the backward route",
                observed.training(),
                TEXT,
                observed.nudged(Entry::hidden)
                        .column("forward", RouteMagnitudes::forward)
                        .column("backward", RouteMagnitudes::backward)
                        .column("difference", entry -> Math.abs(forward(entry) - backward(entry)))
                        .column("backward / forward", RouteMagnitudes::ratio)
                        .table(),
                observed.stepByStep(Entry::hidden)
                        .column("forward", entry -> entry.layer().forward().magnitude())
                        .column("backward", entry -> entry.layer().backward().magnitude())
                        .table(),
                new Figure(panels, observed.variants().size()));
    }

    private static double forward(Entry entry) {
        return entry.mean(layer -> layer.forward().magnitude());
    }

    private static double backward(Entry entry) {
        return entry.mean(layer -> layer.backward().magnitude());
    }

    private static @Nullable Double ratio(Entry entry) {
        double forward = forward(entry);
        return forward == 0 ? null : Double.valueOf(backward(entry) / forward);
    }

    private static Plot bars(OfVariant of) {
        List<Entry> layers = of.layers(true, Entry::hidden);
        return new BarPlot(
                of.variant().title(),
                "layer",
                layers.stream().map(entry -> entry.layer().name()).toList(),
                Axis.fromZero("mean magnitude, nudge phase"),
                List.of(
                        Bars.of("forward", Colour.of(0), layers, RouteMagnitudes::forward),
                        Bars.of("backward", Colour.of(1), layers, RouteMagnitudes::backward)));
    }

    private static Plot lines(OfVariant of) {
        List<Step> steps = of.steps().stream().filter(Step::nudged).toList();
        List<Series> series = new ArrayList<>();
        for (Entry entry : of.layers(true, Entry::hidden)) {
            String name = entry.layer().name();
            Colour colour = Colour.of(entry.layer().layer() - 1);
            series.add(Series.of(
                    name,
                    Series.Style.LINE,
                    colour,
                    steps,
                    Step::step,
                    step -> entry.in(step).forward().magnitude()));
            series.add(Series.of(
                    name,
                    Series.Style.DASHED_LINE,
                    colour,
                    steps,
                    Step::step,
                    step -> entry.in(step).backward().magnitude()));
        }
        return new LinePlot(
                of.variant().title(),
                Axis.linear("step of the nudge phase"),
                Axis.fromZero("mean magnitude: lines forward, dashes backward"),
                series);
    }
}

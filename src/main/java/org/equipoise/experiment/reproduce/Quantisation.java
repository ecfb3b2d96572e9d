package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.equipoise.experiment.reproduce.Observations.Entry;
import org.equipoise.experiment.reproduce.Observations.Layer;
import org.equipoise.experiment.reproduce.Observations.OfVariant;
import org.equipoise.plot.Axis;
import org.equipoise.plot.BarPlot;
import org.equipoise.plot.Bars;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.Plot;
import org.equipoise.plot.Table;
import org.equipoise.plot.Table.Columns;

/** Fig. 3 of the paper: means and deviations of what is sent, and of what arrives, before and after quantisation to spikes. */
final class Quantisation {
    private static final String TEXT = """
            Means and standard deviations over neurons and images, and in the table over the steps of the nudge phase. *Activations* are s
            before quantisation, the spikes q after it, and what those who get the spikes decode of them, r ← (1 − λ) r + λ q. *Forward*
            is `P(w ∗ ·)` and *backward* `w ⋆ P⁻¹(·)`, of activations and of spikes. Without spikes all of a kind are equal.
            The paper's text does not say which quantities its figure shows; these are all that quantisation touches.
            """;

    private Quantisation() {}

    /** Something that quantisation touches. */
    private record Quantity(String name, String title, Function<Layer, Statistics> of) {
        private double mean(Entry entry) {
            return entry.mean(layer -> of.apply(layer).mean());
        }

        private double deviation(Entry entry) {
            return entry.mean(layer -> of.apply(layer).deviation());
        }
    }

    private static final Quantity STATES = new Quantity("s", "s", Layer::states);
    private static final Quantity SENT = new Quantity("q", "q", Layer::sent);
    private static final Quantity DECODED = new Quantity("decoded", "decoded", Layer::decoded);
    private static final Quantity FORWARD_OF_STATES =
            new Quantity("forwardOfS", "forward of s", Layer::forwardOfStates);
    private static final Quantity FORWARD = new Quantity("forwardOfQ", "forward of q", Layer::forward);
    private static final Quantity BACKWARD_OF_STATES =
            new Quantity("backwardOfS", "backward of s", Layer::backwardOfStates);
    private static final Quantity BACKWARD = new Quantity("backwardOfQ", "backward of q", Layer::backward);

    static ReproducedResult of(Observations observed) {
        Columns<Entry> values = observed.stepByStep(entry -> true);
        Columns<Entry> means = observed.nudged(entry -> true);
        for (Quantity quantity :
                List.of(STATES, SENT, DECODED, FORWARD_OF_STATES, FORWARD, BACKWARD_OF_STATES, BACKWARD)) {
            values.column(
                    quantity.name() + "Mean",
                    entry -> quantity.of().apply(entry.layer()).mean());
            values.column(
                    quantity.name() + "Deviation",
                    entry -> quantity.of().apply(entry.layer()).deviation());
            means.column(
                    quantity.title(),
                    entry -> Table.format("%.3f ± %.3f", quantity.mean(entry), quantity.deviation(entry)));
        }
        return new ReproducedResult(
                "fig3",
                "Fig. 3: mean and deviation before and after quantisation",
                observed.training(),
                TEXT,
                means.table(),
                values.table(),
                figure(observed));
    }

    /** One row for each pair of quantities, one column for each network. */
    private static Figure figure(Observations observed) {
        List<Plot> panels = new ArrayList<>();
        observed.variants().forEach(of -> panels.add(bars(of, "sent", entry -> true, STATES, SENT)));
        observed.variants().forEach(of -> panels.add(bars(of, "forward", entry -> true, FORWARD_OF_STATES, FORWARD)));
        observed.variants()
                .forEach(of -> panels.add(bars(of, "backward", Entry::hidden, BACKWARD_OF_STATES, BACKWARD)));
        return new Figure(panels, observed.variants().size());
    }

    private static Plot bars(OfVariant of, String what, Predicate<Entry> wanted, Quantity ofStates, Quantity ofSpikes) {
        List<Entry> layers = of.layers(true, wanted);
        return new BarPlot(
                of.variant().title() + ": " + what,
                "layer",
                layers.stream().map(entry -> entry.layer().name()).toList(),
                Axis.linear("mean and deviation"),
                List.of(
                        Bars.of("mean, s", Colour.of(0), layers, ofStates::mean),
                        Bars.of("mean, q", Colour.of(5), layers, ofSpikes::mean),
                        Bars.of("deviation, s", Colour.of(3), layers, ofStates::deviation),
                        Bars.of("deviation, q", Colour.of(1), layers, ofSpikes::deviation)));
    }
}

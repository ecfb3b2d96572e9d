package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.equipoise.experiment.reproduce.RouteExperiment.Observations;
import org.equipoise.experiment.reproduce.RouteExperiment.Seen;
import org.equipoise.plot.Axis;
import org.equipoise.plot.BarPlot;
import org.equipoise.plot.Bars;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.Plot;
import org.jspecify.annotations.Nullable;

/** Fig. 3 of the paper: means and deviations of what is sent, and of what arrives, before and after quantisation to spikes. */
final class Quantisation {
    private static final String TEXT = """
            Means and standard deviations over neurons and images, and in the table over the steps of the nudge phase. *Activations* are s
            before quantisation, the spikes q after it, and what those who get the spikes decode of them, r ← (1 − λ) r + λ q. *Forward*
            is `P(w ∗ ·)` and *backward* `w ⋆ P⁻¹(·)`, of activations and of spikes. Without spikes all of a kind are equal.
            The paper's text does not say which quantities its figure shows; these are all that quantisation touches.
            """;

    private Quantisation() {}

    private static Map<String, Function<LayerObservation, Spread>> quantities() {
        Map<String, Function<LayerObservation, Spread>> quantities = new LinkedHashMap<>();
        quantities.put("s", LayerObservation::states);
        quantities.put("q", LayerObservation::sent);
        quantities.put("decoded", LayerObservation::decoded);
        quantities.put("forwardOfS", LayerObservation::forwardOfStates);
        quantities.put("forwardOfQ", LayerObservation::forward);
        quantities.put("backwardOfS", LayerObservation::backwardOfStates);
        quantities.put("backwardOfQ", LayerObservation::backward);
        return quantities;
    }

    static Reproduced of(Observations observed) {
        List<List<@Nullable Object>> values = new ArrayList<>();
        List<List<@Nullable Object>> means = new ArrayList<>();
        for (Seen seen : observed.variants()) {
            for (StepObservation step : seen.steps()) {
                for (LayerObservation layer : step.layers()) {
                    List<@Nullable Object> row = new ArrayList<>(Arrays.<@Nullable Object>asList(
                            seen.variant().word(), step.phase(), step.step(), layer.layer(), layer.name()));
                    for (Function<LayerObservation, Spread> quantity :
                            quantities().values()) {
                        row.add(quantity.apply(layer).mean());
                        row.add(quantity.apply(layer).deviation());
                    }
                    values.add(row);
                }
            }
            for (LayerObservation layer : seen.steps().getFirst().layers()) {
                List<@Nullable Object> row = new ArrayList<>(
                        Arrays.<@Nullable Object>asList(seen.variant().title(), layer.name()));
                for (Function<LayerObservation, Spread> quantity : quantities().values()) {
                    Spread spread = nudgedMean(seen, layer, quantity);
                    row.add(Trained.format("%.3f ± %.3f", spread.mean(), spread.deviation()));
                }
                means.add(row);
            }
        }
        List<String> columns = new ArrayList<>(List.of("network", "phase", "step", "layer", "name"));
        for (String quantity : quantities().keySet()) {
            columns.add(quantity + "Mean");
            columns.add(quantity + "Deviation");
        }
        return new Reproduced(
                "fig3",
                "Fig. 3: mean and deviation before and after quantisation",
                observed.training(),
                TEXT,
                new Table(
                        List.of(
                                "network",
                                "layer",
                                "s",
                                "q",
                                "decoded",
                                "forward of s",
                                "forward of q",
                                "backward of s",
                                "backward of q"),
                        means),
                new Table(columns, values),
                figure(observed));
    }

    private static Spread nudgedMean(Seen seen, LayerObservation of, Function<LayerObservation, Spread> quantity) {
        return Spread.mean(seen.steps().stream()
                .filter(StepObservation::nudged)
                .map(step -> quantity.apply(step.layers().get(of.layer() - 1)))
                .toList());
    }

    /** One row for each pair of quantities, one column for each network. */
    private static Figure figure(Observations observed) {
        List<Plot> panels = new ArrayList<>();
        for (Seen seen : observed.variants()) {
            panels.add(bars(seen, "sent", false, LayerObservation::states, LayerObservation::sent));
        }
        for (Seen seen : observed.variants()) {
            panels.add(bars(seen, "forward", false, LayerObservation::forwardOfStates, LayerObservation::forward));
        }
        for (Seen seen : observed.variants()) {
            panels.add(bars(seen, "backward", true, LayerObservation::backwardOfStates, LayerObservation::backward));
        }
        return new Figure(panels, observed.variants().size());
    }

    private static Plot bars(
            Seen seen,
            String what,
            boolean hiddenAlone,
            Function<LayerObservation, Spread> before,
            Function<LayerObservation, Spread> after) {
        List<LayerObservation> all = seen.steps().getFirst().layers();
        List<LayerObservation> layers = hiddenAlone ? all.subList(0, all.size() - 1) : all;
        List<Spread> ofStates =
                layers.stream().map(layer -> nudgedMean(seen, layer, before)).toList();
        List<Spread> ofSpikes =
                layers.stream().map(layer -> nudgedMean(seen, layer, after)).toList();
        return new BarPlot(
                seen.variant().title() + ": " + what,
                "layer",
                layers.stream().map(LayerObservation::name).toList(),
                Axis.linear("mean and deviation"),
                List.of(
                        Bars.of(
                                "mean, s",
                                Colour.of(0),
                                ofStates.stream().map(Spread::mean).toList()),
                        Bars.of(
                                "mean, q",
                                Colour.of(5),
                                ofSpikes.stream().map(Spread::mean).toList()),
                        Bars.of(
                                "deviation, s",
                                Colour.of(3),
                                ofStates.stream().map(Spread::deviation).toList()),
                        Bars.of(
                                "deviation, q",
                                Colour.of(1),
                                ofSpikes.stream().map(Spread::deviation).toList())));
    }
}

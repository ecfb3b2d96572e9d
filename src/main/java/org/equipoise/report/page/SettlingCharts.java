package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.equipoise.plot.Table.Columns;
import org.equipoise.report.analysis.Trajectory;

/**
 * How a network settles on one image, step by step.
 *
 * @param suffix makes names unique within the page
 */
record SettlingCharts(Trajectory trajectory, List<String> classNames, String suffix) {
    /** {@return the output, how active the layers are, and how much they still move} */
    List<LineChart> charts() {
        return List.of(
                outputs(),
                LineChart.linear(
                        "states" + suffix,
                        new LineChart.Labels("Activations", "steps", "mean s of the neurons"),
                        ofLayers(Trajectory.Layer::meanState),
                        nudge(),
                        tableOfLayers("mean s", Trajectory.Layer::meanState)),
                LineChart.logarithmic(
                        "changes" + suffix,
                        new LineChart.Labels("Change in a step", "steps", "mean |Δs| of the neurons"),
                        ofLayers(Trajectory.Layer::meanChange),
                        nudge(),
                        tableOfLayers("mean |Δs|", Trajectory.Layer::meanChange)));
    }

    private LineChart.Mark nudge() {
        return new LineChart.Mark(trajectory.freeSteps(), "nudge");
    }

    /** The steps, counted from 1. */
    private List<Integer> steps() {
        return IntStream.rangeClosed(1, trajectory.steps()).boxed().toList();
    }

    private LineChart outputs() {
        int label = trajectory.label();
        int answer = trajectory.answer();
        List<Curve> curves = new ArrayList<>();
        Columns<Integer> table = new Columns<Integer>(steps()).column("step", step -> step);
        for (int c = 0; c < trajectory.outputs().getFirst().length; c++) {
            int output = c;
            table.column(name(c), step -> Numbers.fixed(output(step, output), 3));
            if (c != label && c != answer) {
                curves.add(curve(curves.isEmpty() ? "other classes" : "", "muted", c));
            }
        }
        // The lines that matter are drawn last, on top.
        if (answer != label) {
            curves.add(curve(name(answer) + ", the answer", "c3", answer));
        }
        curves.add(curve(name(label) + (answer == label ? ", true and the answer" : ", true"), "c0 strong", label));
        String vertical = trajectory.logits() ? "logit" : "activation s";
        return LineChart.linear(
                "outputs" + suffix,
                new LineChart.Labels("Output", "steps", vertical),
                curves,
                nudge(),
                Table.of("Values: " + vertical + " of each class", table).thinned());
    }

    private String name(int number) {
        return RunView.className(number, classNames);
    }

    private float output(int step, int number) {
        return trajectory.outputs().get(step - 1)[number];
    }

    private Curve curve(String name, String style, int output) {
        return Curve.of(name, style, steps(), step -> step, step -> output(step, output));
    }

    /** A line for each layer of neurons; the image does not move. */
    private List<Curve> ofLayers(Function<Trajectory.Layer, List<Double>> values) {
        List<Curve> curves = new ArrayList<>();
        for (Trajectory.Layer layer : trajectory.hidden()) {
            List<Double> ofLayer = values.apply(layer);
            String colour = Curve.colour(curves.size() + 1);
            curves.add(Curve.of(layer.name(), colour, steps(), step -> step, step -> ofLayer.get(step - 1)));
        }
        return curves;
    }

    private Table tableOfLayers(String what, Function<Trajectory.Layer, List<Double>> values) {
        Columns<Integer> table = new Columns<Integer>(steps()).column("step", step -> step);
        for (Trajectory.Layer layer : trajectory.hidden()) {
            List<Double> ofLayer = values.apply(layer);
            table.column(layer.name(), step -> Numbers.brief(ofLayer.get(step - 1)));
        }
        return Table.of("Values: " + what, table).thinned();
    }
}

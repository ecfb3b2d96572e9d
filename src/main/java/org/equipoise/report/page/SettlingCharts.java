package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.equipoise.report.analysis.Trajectory;

/** How a network settles on one image, step by step. */
final class SettlingCharts {
    private final Trajectory trajectory;
    private final List<String> classNames;
    private final String suffix;

    /**
     * @param trajectory the steps
     * @param classNames what each class is called
     * @param suffix makes names unique within the page
     */
    SettlingCharts(Trajectory trajectory, List<String> classNames, String suffix) {
        this.trajectory = trajectory;
        this.classNames = classNames;
        this.suffix = suffix;
    }

    /** {@return the output, how active the layers are, and how much they still move} */
    List<LineChart> charts() {
        return List.of(outputs(), states(), changes());
    }

    private LineChart.Mark nudge() {
        return new LineChart.Mark(trajectory.freeSteps(), "nudge");
    }

    private LineChart outputs() {
        int classes = trajectory.outputs().getFirst().length;
        List<Curve> curves = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("step"));
        boolean othersNamed = false;
        for (int c = 0; c < classes; c++) {
            header.add(name(c));
            boolean special = c == trajectory.label() || c == trajectory.answer();
            if (!special) {
                curves.add(new Curve(othersNamed ? "" : "other classes", "muted", points(c)));
                othersNamed = true;
            }
        }
        // The lines that matter are drawn last, on top.
        if (trajectory.answer() != trajectory.label()) {
            curves.add(new Curve(name(trajectory.answer()) + ", the answer", "c3", points(trajectory.answer())));
        }
        String role = trajectory.answer() == trajectory.label() ? ", true and the answer" : ", true";
        curves.add(new Curve(name(trajectory.label()) + role, "c0 strong", points(trajectory.label())));
        List<List<String>> rows = new ArrayList<>();
        for (int step = 0; step < trajectory.steps(); step++) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(step + 1)));
            for (float value : trajectory.outputs().get(step)) {
                row.add(Numbers.fixed(value, 3));
            }
            rows.add(row);
        }
        String vertical = trajectory.logits() ? "logit" : "activation s";
        return LineChart.linear(
                "outputs" + suffix,
                new LineChart.Labels("Output", "steps", vertical),
                curves,
                nudge(),
                new Table("Values: " + vertical + " of each class", header, rows).thinned());
    }

    private String name(int number) {
        return number < classNames.size() ? classNames.get(number) : Integer.toString(number);
    }

    private List<Curve.Point> points(int output) {
        List<Curve.Point> points = new ArrayList<>();
        for (int step = 0; step < trajectory.steps(); step++) {
            points.add(new Curve.Point(step + 1, trajectory.outputs().get(step)[output]));
        }
        return points;
    }

    private LineChart states() {
        return LineChart.linear(
                "states" + suffix,
                new LineChart.Labels("Activations", "steps", "mean s of the neurons"),
                ofLayers(Trajectory.Layer::meanState),
                nudge(),
                tableOfLayers("mean s", Trajectory.Layer::meanState));
    }

    private LineChart changes() {
        return LineChart.logarithmic(
                "changes" + suffix,
                new LineChart.Labels("Change in a step", "steps", "mean |Δs| of the neurons"),
                ofLayers(Trajectory.Layer::meanChange),
                nudge(),
                tableOfLayers("mean |Δs|", Trajectory.Layer::meanChange));
    }

    /** A line for each layer of neurons; the image does not move. */
    private List<Curve> ofLayers(Function<Trajectory.Layer, List<Double>> values) {
        List<Curve> curves = new ArrayList<>();
        for (int l = 1; l < trajectory.layers().size(); l++) {
            Trajectory.Layer layer = trajectory.layers().get(l);
            List<Curve.Point> points = new ArrayList<>();
            for (int step = 0; step < trajectory.steps(); step++) {
                points.add(new Curve.Point(step + 1, values.apply(layer).get(step)));
            }
            curves.add(new Curve(layer.name(), Curve.colour(l), points));
        }
        return curves;
    }

    private Table tableOfLayers(String what, Function<Trajectory.Layer, List<Double>> values) {
        List<Trajectory.Layer> layers =
                trajectory.layers().subList(1, trajectory.layers().size());
        List<String> header = new ArrayList<>(List.of("step"));
        layers.forEach(layer -> header.add(layer.name()));
        List<List<String>> rows = new ArrayList<>();
        for (int step = 0; step < trajectory.steps(); step++) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(step + 1)));
            for (Trajectory.Layer layer : layers) {
                row.add(Numbers.brief(values.apply(layer).get(step)));
            }
            rows.add(row);
        }
        return new Table("Values: " + what, header, rows).thinned();
    }
}

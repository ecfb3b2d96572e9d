package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;
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

    /** {@return the output and how much the layers still move} */
    List<LineChart> charts() {
        return List.of(outputs(), changes());
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

    private LineChart changes() {
        List<Curve> curves = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("step"));
        List<List<String>> rows = new ArrayList<>();
        for (int step = 0; step < trajectory.steps(); step++) {
            rows.add(new ArrayList<>(List.of(Integer.toString(step + 1))));
        }
        for (int l = 1; l < trajectory.layers().size(); l++) {
            Trajectory.Layer layer = trajectory.layers().get(l);
            header.add(layer.name());
            List<Curve.Point> points = new ArrayList<>();
            for (int step = 0; step < trajectory.steps(); step++) {
                double change = layer.meanChange().get(step);
                points.add(new Curve.Point(step + 1, change));
                rows.get(step).add(Numbers.brief(change));
            }
            curves.add(new Curve(layer.name(), Curve.colour(l), points));
        }
        return LineChart.logarithmic(
                "changes" + suffix,
                new LineChart.Labels("Change in a step", "steps", "mean |Δs| of the neurons"),
                curves,
                nudge(),
                new Table("Values: mean |Δs|", header, rows).thinned());
    }
}

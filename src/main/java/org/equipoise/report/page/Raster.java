package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.equipoise.report.analysis.Trajectory;

/**
 * When neurons fire while a network settles on an image: steps to the right, a row for each neuron, a band for each layer.
 *
 * @param height height of the drawing, as wide as a {@link LineChart}
 * @param bands the layers, the image on top
 * @param mark where the nudge begins
 * @param alternative what it shows, for those who do not see it
 */
public record Raster(
        String id,
        int height,
        List<Band> bands,
        List<LineChart.Tick> ticks,
        LineChart.Tick mark,
        String alternative,
        Table table) {
    /** Left end of the steps. */
    public static final int LEFT = 58;

    private static final int TOP = 14;
    private static final int ROW_HEIGHT = 2;
    private static final int MIN_HEIGHT = 20;
    private static final int GAP = 6;
    private static final int BELOW = 34;
    private static final int BLACK = 0xFF000000;

    /**
     * A layer.
     *
     * @param top upper end in the drawing
     * @param picture its spikes: black on clear, a pixel for each neuron and step
     */
    public record Band(String name, int top, int height, Picture picture) {
        /** {@return where its name stands} */
        public int middle() {
            return top + height / 2 + 4;
        }
    }

    /** {@return the lower end of the bands} */
    public int bottom() {
        return height - BELOW;
    }

    /** {@return how wide the bands are} */
    public int width() {
        return LineChart.RIGHT - LEFT;
    }

    /** {@return its raster} */
    static Raster of(String id, Trajectory trajectory) {
        List<Band> bands = new ArrayList<>();
        List<List<String>> rates = new ArrayList<>();
        int top = TOP;
        for (Trajectory.Layer layer : trajectory.layers()) {
            List<boolean[]> spikes = layer.spikes();
            int height = Math.max(MIN_HEIGHT, ROW_HEIGHT * spikes.size());
            Picture picture = Picture.of(
                    trajectory.steps(), spikes.size(), (step, neuron) -> spikes.get(neuron)[step] ? BLACK : 0);
            bands.add(new Band(layer.name(), top, height, picture));
            rates.add(List.of(layer.name(), Numbers.fixed(layer.freeRate(), 3), Numbers.fixed(layer.nudgeRate(), 3)));
            top += height + GAP;
        }
        Scale steps = new Scale(0, trajectory.steps(), false, LEFT, LineChart.RIGHT);
        String summary = trajectory.layers().stream()
                .map(layer -> layer.name() + " " + Numbers.fixed(layer.freeRate(), 2))
                .collect(Collectors.joining(", "));
        return new Raster(
                id,
                top - GAP + BELOW,
                bands,
                steps.ticks().stream()
                        .map(step -> new LineChart.Tick(Numbers.coordinate(steps.at(step)), Numbers.brief(step)))
                        .toList(),
                new LineChart.Tick(Numbers.coordinate(steps.at(trajectory.freeSteps())), "nudge"),
                "Spikes over " + trajectory.steps() + " steps; firing rates in the free phase: " + summary + ".",
                new Table("Values: spikes a neuron and step", List.of("layer", "free phase", "nudge phase"), rates));
    }
}

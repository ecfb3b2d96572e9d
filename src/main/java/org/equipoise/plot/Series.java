package org.equipoise.plot;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Points that belong together.
 *
 * @param label its name in the legend, which shows the first of several series of one name
 * @param style how the points are drawn
 * @param colour their colour
 * @param points in the order a line runs through them
 */
public record Series(String label, Style style, Colour colour, List<Point> points) {
    /** How the points of a series are drawn. */
    public enum Style {
        /** A line through them. */
        LINE,
        /** A broken line through them. */
        DASHED_LINE,
        /** A line through them and a mark on each. */
        LINE_AND_MARKERS,
        /** A mark on each. */
        MARKERS;

        boolean hasLine() {
            return this != MARKERS;
        }

        boolean hasMarkers() {
            return this == LINE_AND_MARKERS || this == MARKERS;
        }
    }

    /** Copies the points and refuses a series without any. */
    public Series {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("The series '" + label + "' has no points");
        }
    }

    /**
     * @param items what each point is about
     * @return points without error bars
     */
    public static <T> Series of(
            String label,
            Style style,
            Colour colour,
            List<? extends T> items,
            ToDoubleFunction<? super T> x,
            ToDoubleFunction<? super T> y) {
        return new Series(
                label,
                style,
                colour,
                items.stream()
                        .map(item -> Point.of(x.applyAsDouble(item), y.applyAsDouble(item)))
                        .toList());
    }

    boolean hasErrorBars() {
        return points.stream().anyMatch(point -> point.error() > 0);
    }
}

package org.equipoise.report.page;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A line of a chart.
 *
 * @param label what the legend calls it, empty to leave it out of the legend
 * @param style classes of the style sheet: {@code c0} to {@code c7} for colours, {@code muted}, {@code dashed}, {@code strong}
 * @param points its points, from left to right; those that are no finite numbers are gaps
 */
public record Curve(String label, String style, List<Point> points) {
    /** Colours of the style sheet. */
    private static final int COLOURS = 8;

    /** A point in the units of the axes. */
    public record Point(double x, double y) {}

    /** {@return a line with a point for each item} */
    static <T> Curve of(
            String label, String style, List<T> items, ToDoubleFunction<? super T> x, ToDoubleFunction<? super T> y) {
        return new Curve(
                label,
                style,
                items.stream()
                        .map(item -> new Point(x.applyAsDouble(item), y.applyAsDouble(item)))
                        .toList());
    }

    /** {@return the class of a number's colour; after the last the first comes again} */
    static String colour(int number) {
        return "c" + Math.floorMod(number, COLOURS);
    }
}

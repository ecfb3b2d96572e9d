package org.equipoise.plot;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * Series of points over a horizontal axis of numbers.
 *
 * @param title the line above it
 * @param horizontal the horizontal axis
 * @param vertical the vertical axis
 * @param series what is shown; labels of one style differ
 */
public record LinePlot(String title, Axis horizontal, Axis vertical, List<Series> series) implements Plot {
    /** Copies the series and refuses none at all, equal labels of one style, and values that have no place on their axis. */
    public LinePlot {
        series = List.copyOf(series);
        if (series.isEmpty()) {
            throw new IllegalArgumentException("The plot '" + title + "' has no series");
        }
        Set<String> labels = new HashSet<>();
        for (Series one : series) {
            if (!labels.add(one.style() + one.label())) {
                throw new IllegalArgumentException(
                        "The plot '" + title + "' has the series '" + one.label() + "' twice");
            }
            for (Point point : one.points()) {
                horizontal.require(point.x(), one.label());
                vertical.require(point.y(), one.label());
                vertical.require(point.y() - point.error(), "an error bar of " + one.label());
            }
        }
    }

    @Override
    public DoubleStream values() {
        return series.stream()
                .flatMap(one -> one.points().stream())
                .flatMapToDouble(point -> DoubleStream.of(point.y() - point.error(), point.y() + point.error()));
    }
}

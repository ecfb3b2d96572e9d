package org.equipoise.plot;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Bars over categories, those of one category side by side.
 *
 * @param title the line above it
 * @param horizontal what the categories are
 * @param categories their names
 * @param vertical the vertical axis
 * @param bars what is shown; labels differ
 * @param marked whether heights are drawn as marks in place of bars, over categories whose names are turned
 */
public record BarPlot(
        String title, String horizontal, List<String> categories, Axis vertical, List<Bars> bars, boolean marked)
        implements Plot {
    /** Copies the lists and refuses none at all, equal labels, a number of bars that is not that of the categories, and heights
     * that have no place on the axis. */
    public BarPlot {
        categories = List.copyOf(categories);
        bars = List.copyOf(bars);
        if (categories.isEmpty() || bars.isEmpty()) {
            throw new IllegalArgumentException("The plot '" + title + "' has no bars");
        }
        Set<String> labels = new HashSet<>();
        for (Bars one : bars) {
            if (!labels.add(one.label()) || one.heights().size() != categories.size()) {
                throw new IllegalArgumentException("'" + one.label() + "' is there twice, or has "
                        + one.heights().size() + " bars for " + categories.size() + " categories in the plot '" + title
                        + "'");
            }
            for (int i = 0; i < categories.size(); i++) {
                vertical.require(one.heights().get(i), one.label());
                vertical.require(one.heights().get(i) - one.error(i), "an error bar of " + one.label());
            }
        }
    }

    public BarPlot(String title, String horizontal, List<String> categories, Axis vertical, List<Bars> bars) {
        this(title, horizontal, categories, vertical, bars, false);
    }

    /** {@return marks over many categories, which need no zero to be compared} */
    public static BarPlot ofMarks(String title, List<String> categories, Axis vertical, List<Bars> bars) {
        return new BarPlot(title, "", categories, vertical, bars, true);
    }

    @Override
    public DoubleStream values() {
        return bars.stream()
                .flatMapToDouble(one -> IntStream.range(0, categories.size())
                        .boxed()
                        .flatMapToDouble(i -> DoubleStream.of(
                                one.heights().get(i) - one.error(i),
                                one.heights().get(i) + one.error(i))));
    }
}

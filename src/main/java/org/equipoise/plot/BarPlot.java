package org.equipoise.plot;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Bars over categories, those of one category side by side.
 *
 * @param title the line above it
 * @param horizontal what the categories are
 * @param categories their names
 * @param vertical the vertical axis
 * @param bars what is shown; labels differ
 */
public record BarPlot(String title, String horizontal, List<String> categories, Axis vertical, List<Bars> bars)
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
            one.heights().forEach(height -> vertical.require(height, one.label()));
        }
    }
}

package org.equipoise.plot;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Bars of one colour, one a category.
 *
 * @param label their name in the legend
 * @param colour their colour
 * @param heights one a category
 * @param errors half the height of each error bar, one a category, or none at all
 */
public record Bars(String label, Colour colour, List<Double> heights, List<Double> errors) {
    /** Copies the lists and refuses another number of errors than of bars. */
    public Bars {
        heights = List.copyOf(heights);
        errors = List.copyOf(errors);
        if (!errors.isEmpty() && errors.size() != heights.size()) {
            throw new IllegalArgumentException(
                    "'" + label + "' has " + heights.size() + " bars and " + errors.size() + " error bars");
        }
    }

    /**
     * @param heights one a category
     * @return bars without error bars
     */
    public static Bars of(String label, Colour colour, List<Double> heights) {
        return new Bars(label, colour, heights, List.of());
    }

    /**
     * @param categories what each bar is about
     * @param height how high it is
     * @return bars without error bars
     */
    public static <T> Bars of(
            String label, Colour colour, List<? extends T> categories, ToDoubleFunction<? super T> height) {
        return of(label, colour, categories.stream().mapToDouble(height).boxed().toList());
    }

    double error(int category) {
        return errors.isEmpty() ? 0 : errors.get(category);
    }
}

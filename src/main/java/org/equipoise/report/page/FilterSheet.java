package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.report.analysis.FirstFilters;

/**
 * The filters of the first layer on one sheet: weights below zero blue, above zero vermilion, the stronger the larger, and zero
 * clear, so that it looks right on any ground.
 *
 * @param shown how many filters are on it, the first ones
 * @param title what it shows
 * @param alternative the same for those who do not see it
 */
public record FilterSheet(Picture picture, int shown, String title, String alternative, Table table) {
    private static final int MAX = 128;
    private static final int MAX_COLUMNS = 16;
    private static final int BLUE = 0x0072B2;
    private static final int VERMILION = 0xD55E00;
    private static final int OPAQUE = 255;
    private static final int ALPHA_SHIFT = 24;

    /** {@return their sheet} */
    public static FilterSheet of(FirstFilters filters) {
        int shown = Math.min(MAX, filters.filters().size());
        int columns = Math.clamp((int) Math.ceil(Math.sqrt(2.0 * shown)), 1, MAX_COLUMNS);
        int rows = Math.ceilDiv(shown, columns);
        int cellWidth = filters.width() + 1;
        int cellHeight = filters.height() + 1;
        float largest = filters.largest();
        Picture picture = Picture.of(columns * cellWidth - 1, rows * cellHeight - 1, (x, y) -> {
            int number = y / cellHeight * columns + x / cellWidth;
            int column = x % cellWidth;
            int row = y % cellHeight;
            boolean between = column == filters.width() || row == filters.height() || number >= shown;
            return between || largest == 0 ? 0 : colour(mean(filters, number, row, column) / largest);
        });
        String what = filters.convolution() ? "filters of the first convolution" : "units' weights from the image";
        String size = filters.height() + " × " + filters.width();
        String title = shown == filters.filters().size()
                ? shown + " " + what + ", " + size
                : "The first " + shown + " of " + filters.filters().size() + " " + what + ", " + size;
        String alternative = title + "; weights reach from −" + Numbers.brief(largest) + " to " + Numbers.brief(largest)
                + " at most, negative ones blue and positive ones vermilion";
        return new FilterSheet(picture, shown, title, alternative, table(filters, shown));
    }

    /** Mean over the channels of the image. */
    private static float mean(FirstFilters filters, int number, int row, int column) {
        float sum = 0;
        for (int c = 0; c < filters.channels(); c++) {
            sum += filters.filters().get(number)[(c * filters.height() + row) * filters.width() + column];
        }
        return sum / filters.channels();
    }

    private static int colour(float strength) {
        int alpha = Math.round(OPAQUE * Math.min(1f, Math.abs(strength)));
        return alpha << ALPHA_SHIFT | (strength < 0 ? BLUE : VERMILION);
    }

    private static Table table(FirstFilters filters, int shown) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < shown; i++) {
            double min = Double.POSITIVE_INFINITY;
            double max = Double.NEGATIVE_INFINITY;
            double squares = 0;
            for (float weight : filters.filters().get(i)) {
                min = Math.min(min, weight);
                max = Math.max(max, weight);
                squares += (double) weight * weight;
            }
            rows.add(List.of(
                    Integer.toString(i), Numbers.brief(min), Numbers.brief(max), Numbers.brief(Math.sqrt(squares))));
        }
        return new Table("Values: weights of each filter", List.of("filter", "smallest", "largest", "norm"), rows);
    }
}

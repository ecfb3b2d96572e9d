package org.equipoise.report.page;

import java.util.List;
import java.util.Locale;

/** A table whose numbers have bars behind them. */
public record BarTable(String caption, List<String> header, List<Row> rows) {
    /** A row. */
    public record Row(String name, List<Bar> bars) {}

    /**
     * A number and its bar.
     *
     * @param percent length of the bar, of a hundred
     * @param style class of its colour, empty for no bar
     */
    public record Bar(String text, String percent, String style) {
        /**
         * @param share length of the bar, 0 to 1; anything else is cut to it
         */
        static Bar of(String text, double share, String style) {
            double length = Double.isNaN(share) ? 0 : Math.clamp(share, 0.0, 1.0);
            return new Bar(text, String.format(Locale.ROOT, "%.1f", 100 * length), style);
        }

        /** {@return a number without a bar} */
        static Bar none(String text) {
            return new Bar(text, "0", "");
        }
    }
}

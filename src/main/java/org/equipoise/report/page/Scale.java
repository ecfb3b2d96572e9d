package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;

/**
 * How values become coordinates.
 *
 * @param min the value at {@code from}
 * @param max the value at {@code to}, above {@code min}
 * @param logarithmic whether equal ratios are equally long; then both are above zero
 * @param from coordinate of the smallest value
 * @param to coordinate of the largest
 */
record Scale(double min, double max, boolean logarithmic, double from, double to) {
    private static final double TEN = 10;
    private static final int MAX_TICKS = 6;
    private static final int MAX_DECADES = 12;

    /**
     * @param low the smallest value to show
     * @param from coordinate of the start
     * @param to coordinate of the end
     * @return a linear scale that ends at the largest value, widened where there would be nothing between
     */
    static Scale linear(double low, double high, double from, double to) {
        double room = high > low ? 0 : Math.max(Math.abs(high) / 2, 0.5);
        return new Scale(low - (low == 0 ? 0 : room), high + room, false, from, to);
    }

    /** {@return the same with both ends moved outwards to ticks} */
    Scale rounded() {
        double step = step();
        return new Scale(Math.floor(min / step) * step, Math.ceil(max / step) * step, false, from, to);
    }

    /**
     * @param low the smallest value to show, above zero
     * @param from coordinate of the start
     * @param to coordinate of the end
     * @return a logarithmic scale of whole decades, the smallest of too many left out
     */
    static Scale decades(double low, double high, double from, double to) {
        double last = Math.ceil(Math.log10(high));
        double first = Math.max(Math.floor(Math.log10(low)), last - MAX_DECADES);
        return new Scale(Math.pow(TEN, Math.min(first, last - 1)), Math.pow(TEN, last), true, from, to);
    }

    /** {@return whether a value can be shown} */
    boolean shows(double value) {
        return Double.isFinite(value) && value >= min && value <= max;
    }

    /** {@return the coordinate of a value} */
    double at(double value) {
        double share = logarithmic ? Math.log10(value / min) / Math.log10(max / min) : (value - min) / (max - min);
        return from + share * (to - from);
    }

    /** {@return round values between the ends, some five of them} */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            int first = (int) Math.round(Math.log10(min));
            int last = (int) Math.round(Math.log10(max));
            int step = Math.ceilDiv(last - first, MAX_TICKS);
            for (int decade = first; decade <= last; decade += step) {
                ticks.add(Math.pow(TEN, decade));
            }
            return ticks;
        }
        double step = step();
        // Whole multiples, so that no rounding gathers.
        for (long multiple = (long) Math.ceil(min / step - 1e-9); multiple * step <= max + 1e-9 * step; multiple++) {
            ticks.add(multiple * step);
        }
        return ticks;
    }

    private double step() {
        double least = (max - min) / MAX_TICKS;
        double decade = Math.pow(TEN, Math.floor(Math.log10(least)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * decade >= least * (1 - 1e-9)) {
                return factor * decade;
            }
        }
        return TEN * decade;
    }
}

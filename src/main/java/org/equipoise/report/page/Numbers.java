package org.equipoise.report.page;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers for people, alike on every machine. */
final class Numbers {
    private static final double MILLION = 1e6;
    private static final double GROUPED = 1e3;
    private static final double SMALL = 1e-3;
    private static final MathContext FOUR_DIGITS = new MathContext(4);
    private static final int MINUTE = 60;
    private static final int HOUR = 3600;

    private Numbers() {}

    /** {@return a number in a few characters, four digits of it} */
    static String brief(double value) {
        double size = Math.abs(value);
        if (!Double.isFinite(value)) {
            return "–";
        }
        if (size >= MILLION) {
            return trimmed(value / MILLION) + " M";
        }
        if (size >= GROUPED) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        if (size > 0 && size < SMALL) {
            return String.format(Locale.ROOT, "%.1e", value).replaceFirst("(\\.0)?e([-+])0?", "e$2");
        }
        return trimmed(value);
    }

    /** {@return the same in millions where the largest of its neighbours is} */
    static String brief(double value, double largest) {
        return largest >= MILLION && value != 0 ? trimmed(value / MILLION) + " M" : brief(value);
    }

    private static String trimmed(double value) {
        BigDecimal digits = new BigDecimal(value).round(FOUR_DIGITS);
        return digits.signum() == 0 ? "0" : digits.stripTrailingZeros().toPlainString();
    }

    /** {@return a number with a fixed count of decimals} */
    static String fixed(double value, int decimals) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + decimals + "f", value) : "–";
    }

    /** {@return a time} */
    static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole < MINUTE) {
            return fixed(seconds, 1) + " s";
        }
        return whole < HOUR
                ? String.format(Locale.ROOT, "%d min %02d s", whole / MINUTE, whole % MINUTE)
                : String.format(Locale.ROOT, "%d h %02d min", whole / HOUR, whole % HOUR / MINUTE);
    }

    /** {@return a coordinate of a drawing} */
    static String coordinate(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}

package org.equipoise.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How numbers and names are written for people. */
final class Text {
    private static final int MINUTE = 60;
    private static final int HOUR = 3_600;
    private static final int DAY = 86_400;

    private Text() {}

    /** {@return text in the same form on every machine} */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation would bring a dependency for this one method
    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** {@return a number of things} */
    static String count(long number, String thing) {
        return format("%,d %s%s", number, thing, number == 1 ? "" : "s");
    }

    /** {@return a constant as a word in lower case, as {@code positive-nudge}} */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@return firing rates with two digits, from the image on} */
    static String rates(List<Double> rates) {
        return rates.stream().map(rate -> format("%.2f", rate)).collect(Collectors.joining(" "));
    }

    /** {@return what images that settled early have saved, as a sentence} */
    static String saved(double percent, double freePercent, double nudgePercent) {
        return format(
                "Images that settled early saved %.1f %% of the steps (free phases %.1f %%, nudge phases %.1f %%).",
                percent, freePercent, nudgePercent);
    }

    /** {@return a time as minutes and seconds, or hours, minutes and seconds} */
    static String duration(double seconds) {
        long whole = Math.round(seconds);
        long minutes = whole / MINUTE;
        return minutes < MINUTE
                ? format("%d:%02d", minutes, whole % MINUTE)
                : format("%d:%02d:%02d", minutes / MINUTE, minutes % MINUTE, whole % MINUTE);
    }

    /** {@return a time with the two digits that an estimate has} */
    static String roughTime(double seconds) {
        if (seconds < 2 * MINUTE) {
            return format("%.0f s", Math.ceil(seconds));
        }
        if (seconds < 2 * HOUR) {
            return format("%.0f minutes", seconds / MINUTE);
        }
        return seconds < 2 * DAY ? format("%.1f hours", seconds / HOUR) : format("%.1f days", seconds / DAY);
    }
}

package org.equipoise.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that a setting may have, as complaints word them: {@code a whole number from 1 to 9}, {@code numbers above 0 and up to 100},
 * {@code a number from 0 up to but not including 1}, {@code a number between 0 and 1}.
 *
 * @param text the words, from which the limits are taken
 */
record Range(String text) {
    private static final Pattern LEAST = Pattern.compile("\\b(from|above|between) (-?\\d+)");
    private static final Pattern MOST = Pattern.compile("\\b(to|including|and) (-?\\d+)");

    private boolean has(double value) {
        Matcher least = LEAST.matcher(text);
        Matcher most = MOST.matcher(text);
        if (least.find() && !(least.group(1).equals("from") ? value >= bound(least) : value > bound(least))) {
            return false;
        }
        return !most.find() || (most.group(1).equals("to") ? value <= bound(most) : value < bound(most));
    }

    private static double bound(Matcher matcher) {
        return Double.parseDouble(matcher.group(2));
    }

    /** Refuses a number or a list with a number that is outside; the complaint names the setting as {@code phases.beta}. */
    void require(String name, @Nullable Object value) {
        if (value instanceof Number number && !has(number.doubleValue())) {
            throw complaint(name.endsWith(": ") ? name + number : name + " is " + number, "was");
        }
        if (value instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Number number && !has(number.doubleValue())) {
                    throw complaint(name + " holds " + number, "were");
                }
            }
        }
    }

    private BadInputException complaint(String found, String were) {
        return new BadInputException(found + "; " + text + " " + were + " expected.");
    }
}

package org.equipoise.memory;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.equipoise.error.BadInputException;

/** Reads and writes sizes such as {@code 64MB}; a kilobyte is 1,000 bytes and a kibibyte ({@code KiB}) 1,024. */
public final class MemorySize {
    private static final Pattern SIZE =
            Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([KMGT]?)(I?)B?", Pattern.CASE_INSENSITIVE);

    private MemorySize() {}

    /**
     * Reads a size.
     *
     * @param text a number with an optional unit: {@code B}, {@code KB}, {@code MB}, {@code GB}, {@code TB} or {@code KiB} and so on
     * @return the bytes meant
     * @throws BadInputException if the text is no size, or none above zero
     */
    public static long parse(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            throw notASize(text);
        }
        int power = "KMGT".indexOf(matcher.group(2).toUpperCase(Locale.ROOT)) + 1;
        if (matcher.group(2).isEmpty()) {
            power = 0;
        }
        double bytes =
                Double.parseDouble(matcher.group(1)) * Math.pow(matcher.group(3).isEmpty() ? 1000 : 1024, power);
        if (bytes < 1 || bytes > Long.MAX_VALUE) {
            throw notASize(text);
        }
        return (long) bytes;
    }

    /**
     * Writes a size.
     *
     * @param bytes a number of bytes
     * @return it for people, with three significant digits: {@code 48.2 MB}
     */
    public static String format(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 999.5 && unit < 4) {
            value /= 1000;
            unit++;
        }
        String digits = value >= 99.95 ? "%.0f" : value >= 9.995 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, digits + " %sB", value, "kMGTP".charAt(unit));
    }

    private static BadInputException notASize(String text) {
        return new BadInputException(
                "'" + text + "' is not a memory size; a number above zero with an optional unit such as 64MB,"
                        + " 2GB or 512MiB was expected.");
    }
}

package org.equipoise.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time in minutes, from none to a day, parts of a minute allowed. */
final class MinutesConverter implements ITypeConverter<Duration> {
    private static final int MAX = 1440;
    private static final double MILLISECONDS = 60_000;

    @Override
    public Duration convert(String text) {
        try {
            double minutes = Double.parseDouble(text);
            if (minutes >= 0 && minutes <= MAX) {
                return Duration.ofMillis(Math.round(minutes * MILLISECONDS));
            }
        } catch (NumberFormatException e) {
            // Told below, in the same words as a number that is no time.
        }
        throw new TypeConversionException("'" + text + "' was given where minutes from 0 to " + MAX + " were expected");
    }
}

package org.equipoise.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time in seconds, above zero and at most a day. */
final class SecondsConverter implements ITypeConverter<Double> {
    private static final double MAX = 86_400;

    @Override
    public Double convert(String text) {
        try {
            double seconds = Double.parseDouble(text);
            if (seconds > 0 && seconds <= MAX) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // Told below, in the same words as a number that is no time.
        }
        throw new TypeConversionException(
                "'" + text + "' was given where seconds above 0 and up to " + (int) MAX + " were expected");
    }
}

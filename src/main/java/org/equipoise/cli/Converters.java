package org.equipoise.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.equipoise.error.BadInputException;
import org.equipoise.error.Suggestion;
import org.equipoise.experiment.LearningVariant;
import org.equipoise.interop.nir.NirNode;
import org.equipoise.memory.MemorySize;
import org.equipoise.parallel.Workers;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the text of an option becomes its value. Options of one type are read alike, unless one names a converter of its own. */
final class Converters {
    private static final int MAX_MINUTES = 1440;
    private static final int MAX_SECONDS = 86_400;

    private Converters() {}

    /** Makes a program and all its commands read options like this. */
    static CommandLine register(CommandLine program) {
        program.registerConverter(Path.class, Converters::path)
                .registerConverter(int.class, Converters::count)
                .registerConverter(Integer.class, Converters::count)
                .registerConverter(
                        Long.class, text -> value(text, Long::valueOf, number -> true, "a whole number of 64 bits was"))
                .registerConverter(Duration.class, Converters::minutes);
        oneOf(program, ExportCommand.Format.class);
        oneOf(program, ImportCommand.Format.class);
        oneOf(program, NirNode.Pooling.class);
        oneOf(program, EvalCommand.Split.class);
        oneOf(program, TrainOptions.Distribution.class);
        oneOf(program, LearningVariant.class);
        return program;
    }

    private static <T> T value(String text, Function<String, T> parser, Predicate<T> allowed, String expected) {
        try {
            T value = parser.apply(text);
            if (allowed.test(value)) {
                return value;
            }
        } catch (IllegalArgumentException e) {
            // The message below serves for text that is no such value, too.
        }
        throw new TypeConversionException("'" + text + "' was given where " + expected + " expected");
    }

    /** {@return the path that a text names} */
    static Path path(String text) {
        return value(text, Path::of, path -> !text.isBlank(), "the name of a file or folder was");
    }

    private static Integer count(String text) {
        return value(text, Integer::valueOf, number -> number >= 1, "a whole number of at least 1 was");
    }

    /** Parts of a minute are allowed. */
    private static Duration minutes(String text) {
        double minutes = value(
                text,
                Double::valueOf,
                number -> number >= 0 && number <= MAX_MINUTES,
                "minutes from 0 to " + MAX_MINUTES + " were");
        return Duration.ofMillis(Math.round(minutes * Duration.ofMinutes(1).toMillis()));
    }

    /** The constants of an enum are words in lower case. */
    private static <E extends Enum<E>> void oneOf(CommandLine program, Class<E> type) {
        E[] constants = type.getEnumConstants();
        List<String> words = Arrays.stream(constants).map(Text::word).toList();
        program.registerConverter(type, text -> {
            int index = words.indexOf(text.toLowerCase(Locale.ROOT));
            if (index >= 0) {
                return constants[index];
            }
            throw new TypeConversionException("'" + text + "' was given" + Suggestion.forWord(text, words) + ", where "
                    + String.join(" or ", words) + " was expected");
        });
    }

    /** Reads a time in seconds, above zero and at most a day. */
    static final class Seconds implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return value(
                    text,
                    Double::valueOf,
                    number -> number > 0 && number <= MAX_SECONDS,
                    "seconds above 0 and up to " + MAX_SECONDS + " were");
        }
    }

    /** Reads a number of threads. */
    static final class Threads implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return value(
                    text,
                    Integer::valueOf,
                    number -> number >= 1 && number <= Workers.MAX,
                    "a number of threads from 1 to " + Workers.MAX + " was");
        }
    }

    /** Reads a size of memory such as {@code 64MB}. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return MemorySize.parse(text);
            } catch (BadInputException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}

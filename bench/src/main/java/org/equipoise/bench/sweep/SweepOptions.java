package org.equipoise.bench.sweep;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a sweep is run.
 *
 * @param launcher the program
 * @param out folder of the results
 * @param preset the network
 * @param data the data set
 * @param model a trained model to measure as well, or null
 * @param base the setting about which others vary
 * @param nudge steps of each nudge phase
 * @param seconds of each measurement
 * @param warmUp before each measurement
 * @param rounds how often all settings are measured
 * @param dimensions what is varied
 * @param reportOnly whether results that are there are only laid out again
 * @param more arguments for every {@code equipoise bench}
 */
record SweepOptions(
        Path launcher,
        Path out,
        String preset,
        String data,
        @Nullable String model,
        Setting base,
        int nudge,
        double seconds,
        double warmUp,
        int rounds,
        Set<Dimension> dimensions,
        boolean reportOnly,
        List<String> more) {

    /** A command line that makes no sense; the message is one sentence. */
    static final class Misuse extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Misuse(String message) {
            super(message);
        }
    }

    static SweepOptions parse(Path home, int widest, String... arguments) {
        Path out = home.resolve("results/throughput");
        String preset = "paper-mnist";
        String data = "mnist";
        String model = null;
        Setting base = new Setting(125, 50, widest, Runtime.getRuntime().availableProcessors(), 1, false);
        int nudge = 10;
        double seconds = 8;
        double warmUp = 5;
        int rounds = 5;
        Set<Dimension> dimensions = EnumSet.allOf(Dimension.class);
        boolean reportOnly = false;
        Deque<String> left = new ArrayDeque<>(Arrays.asList(arguments));
        while (!left.isEmpty() && !left.peek().equals("--")) {
            String option = left.remove();
            switch (option) {
                case "--out" -> out = Path.of(value(option, left));
                case "--preset" -> preset = value(option, left);
                case "--data" -> data = value(option, left);
                case "--model" -> model = value(option, left);
                case "--batch" -> base = base.withBatch(count(option, left));
                case "--free" -> base = base.withFree(count(option, left));
                case "--threads" -> base = base.withThreads(count(option, left));
                case "--nudge" -> nudge = count(option, left);
                case "--seconds" -> seconds = positive(option, left);
                case "--warm-up" -> warmUp = positive(option, left);
                case "--rounds" -> rounds = count(option, left);
                case "--only" -> dimensions = dimensions(value(option, left));
                case "--report" -> reportOnly = true;
                default -> throw new Misuse("'" + option + "' is no option of a sweep; bench/run --help lists them.");
            }
        }
        left.poll();
        Path launcher = home.resolve("equipoise");
        return new SweepOptions(
                launcher,
                out,
                preset,
                data,
                model,
                base,
                nudge,
                seconds,
                warmUp,
                rounds,
                dimensions,
                reportOnly,
                List.copyOf(left));
    }

    private static String value(String option, Deque<String> left) {
        String value = left.poll();
        if (value == null) {
            throw new Misuse(option + " needs a value; bench/run --help lists them.");
        }
        return value;
    }

    private static int count(String option, Deque<String> left) {
        String value = value(option, left);
        if (!value.matches("[1-9]\\d{0,7}")) {
            throw new Misuse(option + " " + value + " was given where a whole number of at least 1 was expected.");
        }
        return Integer.parseInt(value);
    }

    private static double positive(String option, Deque<String> left) {
        String value = value(option, left);
        if (!value.matches("\\d+(\\.\\d+)?") || Double.parseDouble(value) <= 0) {
            throw new Misuse(option + " " + value + " was given where seconds above 0 were expected.");
        }
        return Double.parseDouble(value);
    }

    private static Set<Dimension> dimensions(String names) {
        Set<Dimension> dimensions = EnumSet.noneOf(Dimension.class);
        for (String name : names.split(",")) {
            try {
                dimensions.add(Dimension.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new Misuse("--only " + names
                        + " was given where some of batch, free, width, threads and gain with commas between them were"
                        + " expected.");
            }
        }
        return dimensions;
    }
}

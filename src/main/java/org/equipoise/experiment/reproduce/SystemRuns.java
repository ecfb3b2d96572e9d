package org.equipoise.experiment.reproduce;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.training.EpochMetrics;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table: a published system, trained once with each seed.
 *
 * @param runs one for each seed, at least one
 */
record SystemRuns(List<SystemRun> runs) {
    /** The columns of {@link #line}. */
    static final List<String> COLUMNS = List.of(
            "system",
            "test error",
            "published",
            "training error",
            "published",
            "seconds",
            "sample-steps/s",
            "MB predicted",
            "MB booked",
            "MB published",
            "trained");

    static final double MEGABYTE = 1e6;

    SystemRuns {
        runs = List.copyOf(runs);
    }

    PublishedSystem system() {
        return runs.getFirst().system();
    }

    /** {@return whether one of its runs came to the end of an epoch} */
    boolean trained() {
        return runs.stream().anyMatch(run -> run.last() != null);
    }

    private Stream<EpochMetrics> last() {
        return runs.stream().map(SystemRun::last).filter(Objects::nonNull);
    }

    /** {@return the mean test error in per cent over the runs that have one} */
    OptionalDouble testError() {
        return last().mapToDouble(EpochMetrics::testErrorPercent).average();
    }

    /** {@return the bytes of a training batch as the ledger has booked them, null where none was run} */
    @Nullable
    Long measured() {
        return runs.stream()
                .map(SystemRun::measured)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** {@return the row of the page} */
    List<@Nullable Object> line() {
        SystemRun first = runs.getFirst();
        Long measured = measured();
        return Arrays.<@Nullable Object>asList(
                "`" + system().preset() + "`",
                over(EpochMetrics::testErrorPercent),
                system().testPercent(),
                over(EpochMetrics::trainErrorPercent),
                system().trainPercent(),
                mean(trained -> trained.result().progress().seconds()),
                mean(trained -> trained.result().sampleStepsPerSecond()),
                first.predicted() / MEGABYTE,
                measured == null ? null : measured / MEGABYTE,
                system().memoryMegabytes(),
                note());
    }

    /** A number if there is one run, else the mean of those that have come so far and their deviation. */
    private @Nullable Object over(ToDoubleFunction<EpochMetrics> part) {
        double[] values = last().mapToDouble(part).toArray();
        if (values.length == 0) {
            return null;
        }
        double mean = Arrays.stream(values).average().orElseThrow();
        return runs.size() == 1 ? mean : Trained.format("%.2f", mean) + deviation(values, mean);
    }

    private static String deviation(double[] values, double mean) {
        if (values.length == 1) {
            return "";
        }
        double squares = Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .sum();
        return Trained.format(" ± %.2f", Math.sqrt(squares / (values.length - 1)));
    }

    private @Nullable Double mean(ToDoubleFunction<Trained> part) {
        OptionalDouble mean = runs.stream()
                .map(SystemRun::trained)
                .filter(Objects::nonNull)
                .mapToDouble(part)
                .average();
        return mean.isPresent() ? mean.getAsDouble() : null;
    }

    /** How far each seed was trained; all of them in one sentence where they agree. */
    private String note() {
        if (runs.size() == 1) {
            return runs.getFirst().note();
        }
        if (runs.stream().map(SystemRun::note).distinct().count() == 1) {
            String seeds = runs.stream().map(run -> String.valueOf(run.seed())).collect(Collectors.joining(", "));
            return runs.getFirst().note() + ", each of the seeds " + seeds;
        }
        return runs.stream()
                .map(run -> "seed " + run.seed() + ": " + run.note())
                .collect(Collectors.joining("; "));
    }
}

package org.equipoise.experiment.reproduce;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.plot.Table;
import org.equipoise.plot.Table.Columns;
import org.equipoise.training.EpochMetrics;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table: a published system, trained once with each seed.
 *
 * @param runs one for each seed, at least one
 */
record SystemRuns(List<Run> runs) {
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
        return runs.stream().map(Run::last).filter(Objects::nonNull);
    }

    /** {@return the mean test error in per cent over the runs that have one} */
    OptionalDouble testError() {
        return last().mapToDouble(EpochMetrics::testErrorPercent).average();
    }

    /** {@return the bytes of a training batch as the ledger has booked them, null where none was run} */
    @Nullable
    Long measured() {
        return runs.stream()
                .map(Run::measured)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /**
     * What one training of a published system came to.
     *
     * @param seed the seed of its initial parameters and of the order of examples
     * @param trained what it came to, null where it could not be trained
     * @param predicted the predicted memory of a batch of 10 images over 150 steps
     * @param measured what the ledger has booked for it, null where it was not run
     * @param note how far it was trained, or why it was not
     * @param complete whether it has done what was asked for
     */
    record Run(
            PublishedSystem system,
            long seed,
            @Nullable TrainedNetwork trained,
            int sourceEpochs,
            long predicted,
            @Nullable Long measured,
            String note,
            boolean complete) {
        /** {@return its last epoch, null before the end of the first} */
        @Nullable
        EpochMetrics last() {
            return trained == null ? null : trained.result().lastEpoch();
        }

        private @Nullable Object last(Function<EpochMetrics, Object> part) {
            EpochMetrics last = last();
            return last == null ? null : part.apply(last);
        }

        private @Nullable Object trained(Function<TrainedNetwork, Object> part) {
            return trained == null ? null : part.apply(trained);
        }
    }

    /** {@return a line of the CSV file for each run} */
    static Table values(List<Run> runs) {
        return new Columns<Run>(runs)
                .column("system", run -> run.system().preset())
                .column(
                        "data",
                        run -> run.trained() == null
                                ? run.system().data()
                                : run.trained().dataset().name())
                .column("testErrorPercent", run -> run.last(EpochMetrics::testErrorPercent))
                .column("publishedTestErrorPercent", run -> run.system().testPercent())
                .column("trainErrorPercent", run -> run.last(EpochMetrics::trainErrorPercent))
                .column("publishedTrainErrorPercent", run -> run.system().trainPercent())
                .column(
                        "epochs",
                        run -> run.trained() == null
                                ? 0
                                : run.trained().result().progress().epoch())
                .column("sourceEpochs", Run::sourceEpochs)
                .column(
                        "updates",
                        run -> run.trained() == null ? 0L : run.trained().updates())
                .column(
                        "seconds",
                        run -> run.trained(
                                trained -> trained.result().progress().seconds()))
                .column(
                        "sampleSteps",
                        run -> run.trained(
                                trained -> trained.result().progress().sampleSteps()))
                .column(
                        "sampleStepsPerSecond",
                        run -> run.trained(trained -> trained.result().sampleStepsPerSecond()))
                .column("predictedBytes", Run::predicted)
                .column("measuredPeakBytes", Run::measured)
                .column("publishedMegabytes", run -> run.system().memoryMegabytes())
                .column("trained", Run::note)
                .column("seed", Run::seed)
                .table();
    }

    /** {@return the table of the page} */
    static Table summary(List<SystemRuns> rows) {
        return new Columns<SystemRuns>(rows)
                .column("system", row -> "`" + row.system().preset() + "`")
                .column("test error", row -> row.meanOverSeeds(EpochMetrics::testErrorPercent))
                .column("published", row -> row.system().testPercent())
                .column("training error", row -> row.meanOverSeeds(EpochMetrics::trainErrorPercent))
                .column("published", row -> row.system().trainPercent())
                .column(
                        "seconds",
                        row -> row.mean(trained -> trained.result().progress().seconds()))
                .column(
                        "sample-steps/s",
                        row -> row.mean(trained -> trained.result().sampleStepsPerSecond()))
                .column("MB predicted", row -> row.runs().getFirst().predicted() / MEGABYTE)
                .column("MB booked", SystemRuns::measuredMegabytes)
                .column("MB published", row -> row.system().memoryMegabytes())
                .column("trained", SystemRuns::note)
                .table();
    }

    private @Nullable Double measuredMegabytes() {
        Long measured = measured();
        return measured == null ? null : Double.valueOf(measured / MEGABYTE);
    }

    /** A number if there is one run, else the mean of those that have come so far and their deviation. */
    private @Nullable Object meanOverSeeds(ToDoubleFunction<EpochMetrics> part) {
        double[] values = last().mapToDouble(part).toArray();
        if (values.length == 0) {
            return null;
        }
        SeedSample sample = SeedSample.of(values);
        return runs.size() == 1 ? sample.mean() : sample.toString();
    }

    private @Nullable Double mean(ToDoubleFunction<TrainedNetwork> part) {
        OptionalDouble mean = runs.stream()
                .map(Run::trained)
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
        if (runs.stream().map(Run::note).distinct().count() == 1) {
            String seeds = runs.stream().map(run -> String.valueOf(run.seed())).collect(Collectors.joining(", "));
            return runs.getFirst().note() + ", each of the seeds " + seeds;
        }
        return runs.stream()
                .map(run -> "seed " + run.seed() + ": " + run.note())
                .collect(Collectors.joining("; "));
    }
}

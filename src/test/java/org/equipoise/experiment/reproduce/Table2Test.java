package org.equipoise.experiment.reproduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.equipoise.config.Configuration;
import org.equipoise.config.Presets;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.equipoise.experiment.reproduce.PublishedSystem.Panel;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.RunDirectory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of Table II say what their runs came to, go on where they were, and say so where there is nothing to say. */
class Table2Test {
    private static final PublishedSystem DIGITS =
            new PublishedSystem("oconnor-1fc", "O'Connor 1", Panel.OTHERS, "digits", 2.37, 0.15, 12);
    private static final PublishedSystem ABSENT =
            new PublishedSystem("laborieux-cifar10", "Laborieux", Panel.OTHERS, "cifar10", 11.7, null, null);

    @TempDir
    Path folder;

    private ReproducedResult table(String runs, int epochs, BooleanSupplier stop, PublishedSystem... systems) {
        return table(runs, epochs, stop, List.of(), systems);
    }

    private ReproducedResult table(
            String runs, int epochs, BooleanSupplier stop, List<Long> seeds, PublishedSystem... systems) {
        TrainingScope scope = new TrainingScope(true, null, 60, 40, epochs, null);
        return new Table2(TestEnvironment.in(folder, runs, stop), scope, List.of(systems), seeds).run();
    }

    private static @Nullable Object value(ReproducedResult table, int row, String column) {
        return table.values().rows().get(row).get(table.values().columns().indexOf(column));
    }

    private List<EpochMetrics> metrics(String runs) {
        return RunDirectory.open(folder.resolve(runs).resolve("oconnor-1fc-quick-train60-test40"))
                .metrics();
    }

    private static List<Double> errors(List<EpochMetrics> epochs) {
        return epochs.stream()
                .flatMap(epoch ->
                        List.of(epoch.trainErrorPercent(), epoch.testErrorPercent(), epoch.trainLoss()).stream())
                .toList();
    }

    @Test
    void rowsAreWhatTheirRunsCameToAndGoOn() {
        ReproducedResult first = table("runs", 1, () -> false, DIGITS, ABSENT);
        assertTrue(first.complete());
        assertEquals(1, metrics("runs").size());
        assertEquals(metrics("runs").getFirst().testErrorPercent(), value(first, 0, "testErrorPercent"));
        assertEquals(metrics("runs").getFirst().trainErrorPercent(), value(first, 0, "trainErrorPercent"));
        assertEquals(2.37, value(first, 0, "publishedTestErrorPercent"));
        assertEquals(1, value(first, 0, "epochs"));
        assertEquals(25, value(first, 0, "sourceEpochs"));
        assertEquals(3L, value(first, 0, "updates"));
        // Each of 60 images takes at most 30 free steps and, for the random sign against the same step, 10 and 10; each
        // of 40 takes 30.
        assertEquals(60L * (30 + 10 + 10) + 40 * 30, value(first, 0, "sampleSteps"));
        assertEquals(value(first, 0, "predictedBytes"), value(first, 0, "measuredPeakBytes"));
        assertEquals(
                "1 of 25 epochs of 60 of 5,000 images, tested on 40 of 1,000 images, in shortened phases",
                value(first, 0, "trained"));

        assertNull(value(first, 1, "testErrorPercent"));
        assertNull(value(first, 1, "measuredPeakBytes"));
        assertEquals(0, value(first, 1, "epochs"));
        String reason = String.valueOf(value(first, 1, "trained"));
        assertEquals("not run: the data set 'cifar10' is not on this machine", reason);
        assertTrue(first.page("it").contains(reason), "people read it too");

        ReproducedResult second = table("runs", 3, () -> false, DIGITS);
        ReproducedResult straight = table("straight", 3, () -> false, DIGITS);
        assertEquals(errors(metrics("straight")), errors(metrics("runs")));
        assertEquals(3, value(second, 0, "epochs"));
        assertEquals(value(straight, 0, "testErrorPercent"), value(second, 0, "testErrorPercent"));
        assertEquals(3, value(table("runs", 1, () -> false, DIGITS), 0, "epochs"), "what is done stays done");
    }

    @Test
    void aRowOverSeedsIsTheirMeanAndDeviation() {
        ReproducedResult table = table("runs", 1, () -> false, List.of(4L, 5L, 6L), DIGITS, ABSENT);
        double[] errors = new double[3];
        for (int i = 0; i < errors.length; i++) {
            assertEquals(4L + i, value(table, i, "seed"));
            TrainingScope alone = new TrainingScope(true, null, 60, 40, 1, 4L + i);
            ReproducedResult one = new Table2(
                            TestEnvironment.in(folder, "alone", () -> false), alone, List.of(DIGITS), List.of())
                    .run();
            assertEquals(value(one, 0, "testErrorPercent"), value(table, i, "testErrorPercent"));
            errors[i] = (double) Objects.requireNonNull(value(table, i, "testErrorPercent"));
        }
        assertEquals(6, table.values().rows().size(), "a line for each seed of each row");
        assertEquals(2, table.summary().rows().size(), "a row for each system");
        double mean = (errors[0] + errors[1] + errors[2]) / 3;
        double deviation = Math.sqrt(
                (Math.pow(errors[0] - mean, 2) + Math.pow(errors[1] - mean, 2) + Math.pow(errors[2] - mean, 2)) / 2);
        assertTrue(deviation > 0, "the seeds differ");
        List<@Nullable Object> row = table.summary().rows().getFirst();
        assertEquals(String.format(Locale.ROOT, "%.2f ± %.2f", mean, deviation), row.get(1));
        assertTrue(
                String.valueOf(row.getLast()).endsWith("in shortened phases, each of the seeds 4, 5, 6"),
                () -> row + "");
        assertNull(table.summary().rows().getLast().get(1), "nothing is known of what was not run");
        assertTrue(table.page("it").contains("standard deviation"));
    }

    @Test
    void aRowStoppedBetweenSeedsSaysHowFarEachCame() {
        boolean[] begun = {false};
        RunEnvironment environment = TestEnvironment.in(folder, "runs", () -> begun[0]);
        RunEnvironment stopping = new RunEnvironment(
                environment.machines(),
                environment.catalogue(),
                environment.runs(),
                environment.checkpointEvery(),
                environment.stop(),
                environment.listeners(),
                line -> begun[0] |= line.contains("-seed2"));
        TrainingScope scope = new TrainingScope(true, null, 60, 40, 1, null);
        ReproducedResult table = new Table2(stopping, scope, List.of(DIGITS), List.of(1L, 2L, 3L)).run();
        assertFalse(table.complete());
        String note = String.valueOf(table.summary().rows().getFirst().getLast());
        assertTrue(note.startsWith("seed 1: 1 of 25 epochs of 60 of 5,000 images"), note);
        assertTrue(note.contains("; seed 2: 0 of 25 epochs"), note);
        assertTrue(note.endsWith("; seed 3: not run: stopped before"), note);
        double error = (double) Objects.requireNonNull(value(table, 0, "testErrorPercent"));
        assertEquals(
                String.format(Locale.ROOT, "%.2f", error),
                table.summary().rows().getFirst().get(1),
                "one run has no deviation");
    }

    @Test
    void aStoppedTableGoesOnToTheSame() {
        int[] asked = {0};
        ReproducedResult stopped = table("runs", 2, () -> ++asked[0] > 4, DIGITS, ABSENT);
        assertFalse(stopped.complete());
        assertTrue((long) Objects.requireNonNull(value(stopped, 0, "updates")) < 6, stopped.toString());
        assertEquals("not run: stopped before", value(stopped, 1, "trained"));
        ReproducedResult complete = table("runs", 2, () -> false, DIGITS, ABSENT);
        table("straight", 2, () -> false, DIGITS);
        assertTrue(complete.complete());
        assertEquals(errors(metrics("straight")), errors(metrics("runs")));
    }

    @Test
    void whatCannotBeRunIsSaidInASentence() {
        WorkFailedException none = assertThrows(WorkFailedException.class, () -> table("runs", 1, () -> false, ABSENT));
        assertTrue(String.valueOf(none.getMessage()).startsWith("No row of table2 could be run"), none.getMessage());
        table("runs", 1, () -> false, DIGITS);
        TrainingScope otherSeed = new TrainingScope(true, null, 60, 40, 1, null);
        RunEnvironment environment = TestEnvironment.in(folder, "runs", () -> false);
        Configuration other = Presets.read("oconnor-1fc", List.of("training.epochs=1"));
        BadInputException e = assertThrows(
                BadInputException.class,
                () -> environment.train("oconnor-1fc", other, otherSeed.withDefaults("digits", null, null, null)));
        assertTrue(String.valueOf(e.getMessage()).contains("has other settings than were asked for"), e.getMessage());
        assertThrows(BadInputException.class, () -> Reproduction.systems(List.of("paper-mnist", "quick")));
    }

    @Test
    void everyRowIsAPresetForItsData() {
        assertEquals(
                List.of("paper-mnist", "scellier-3fc"),
                Reproduction.systems(List.of("scellier-3fc", "paper-mnist")).stream()
                        .map(PublishedSystem::preset)
                        .toList());
        for (PublishedSystem system : PublishedSystem.ALL) {
            Configuration preset = Presets.read(system.preset(), List.of());
            int channels = system.data().equals("cifar10") ? 3 : 1;
            assertEquals(channels, preset.network().input().channels(), system.preset());
            assertEquals(channels == 3 ? 32 : 28, preset.network().input().height(), system.preset());
        }
        assertEquals(
                17,
                IntStream.range(0, PublishedSystem.ALL.size())
                        .mapToObj(i -> PublishedSystem.ALL.get(i).preset())
                        .distinct()
                        .count());
    }
}

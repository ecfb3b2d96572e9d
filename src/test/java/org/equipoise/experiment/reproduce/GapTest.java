package org.equipoise.experiment.reproduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.equipoise.config.Configuration;
import org.equipoise.config.Ladder;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rungs have the settings of those they build on, go on where they were, and part where seeds do not explain it. */
class GapTest {
    private static final String LADDER = """
            preset: quick
            data: digits
            hold-out: 20
            set: ['network={input: [1, 28, 28], layers: [{linear: 8}, {linear: 10}]}', 'learning.rates=[0.1, 0.1]', training.batch=10]
            rungs:
              - {name: first, set: ['neuron={kind: rate, epsilon: 0.5}', phases.free=6, phases.nudge=3]}
              - {name: second, set: [phases.beta=0.25]}
              - {name: third, from: first, init: second, set: [phases.free=7]}
            """;

    @TempDir
    Path folder;

    private Ladder ladder(String yaml) throws Exception {
        return Ladder.read(Files.writeString(folder.resolve("ladder.yaml"), yaml));
    }

    private ReproducedResult gap(String runs, BooleanSupplier stop, List<String> rungs) throws Exception {
        TrainingScope scope = new TrainingScope(false, null, 40, null, 1, null);
        return Gap.of(TestEnvironment.in(folder, runs, stop), ladder(LADDER), rungs, scope, List.of(3L, 4L))
                .run();
    }

    private static List<@Nullable Object> column(ReproducedResult result, String name) {
        int column = result.values().columns().indexOf(name);
        return result.values().rows().stream()
                .map(row -> Objects.requireNonNullElse(row.get(column), "none"))
                .toList();
    }

    @Test
    void aRungChangesTheOneItBuildsOn() throws Exception {
        Ladder ladder = ladder(LADDER);
        Configuration second = ladder.configuration(ladder.rung("second"), List.of());
        assertEquals(6, second.phases().free());
        assertEquals(0.25f, second.phases().beta());
        Configuration third = ladder.configuration(ladder.rung("third"), List.of("training.seed=9"));
        assertEquals(7, third.phases().free());
        assertEquals(
                ladder.configuration(ladder.rung("first"), List.of()).phases().beta(),
                third.phases().beta());
        assertEquals(9, third.training().seed());
    }

    @Test
    void theUsualLadderCanBeTrained() {
        Ladder ladder = Ladder.usual();
        for (Ladder.Rung rung : ladder.rungs()) {
            Configuration configuration = ladder.configuration(rung, List.of());
            assertEquals(List.of(1L, 2L, 3L), ladder.seeds());
            assertFalse(rung.says().isEmpty());
            assertTrue(configuration.stepsPerExample() > 0, rung.name());
        }
    }

    @Test
    void whatWasCutOffGoesOn() throws Exception {
        ReproducedResult straight = gap("straight", () -> false, List.of());
        AtomicInteger asked = new AtomicInteger();
        ReproducedResult cut = gap("cut", () -> asked.incrementAndGet() > 9, List.of());
        assertFalse(cut.complete());
        assertTrue(column(cut, "heldOutErrorPercent").contains("none"));
        ReproducedResult whole = gap("cut", () -> false, List.of());
        assertTrue(whole.complete());
        assertEquals(column(straight, "heldOutErrorPercent"), column(whole, "heldOutErrorPercent"));
        assertEquals(column(straight, "trainErrorPercent"), column(whole, "trainErrorPercent"));
        assertEquals(List.of(12.0, 12.0, 12.0, 12.0, 13.0, 13.0), column(whole, "stepsPerImage"));
    }

    @Test
    void aRungBringsTheOneItBeginsWith() throws Exception {
        ReproducedResult third = gap("runs", () -> false, List.of("third"));
        assertEquals(List.of("third", "third"), column(third, "rung"));
        assertTrue(Files.isDirectory(folder.resolve("runs/gap-second-epochs1-train40-holdout20-seed4")));
        assertTrue(Files.notExists(folder.resolve("runs/gap-first-epochs1-train40-holdout20-seed4")));
    }

    @Test
    void aRungIsComparedWithTheNextOneThatIsShown() throws Exception {
        Ladder three = ladder(LADDER.replace(", init: second", "").replace("from: first", "from: second"));
        TrainingScope scope = new TrainingScope(false, null, 40, null, 1, null);
        ReproducedResult two = Gap.of(
                        TestEnvironment.in(folder, "runs", () -> false),
                        three,
                        List.of("first", "third"),
                        scope,
                        List.of(3L))
                .run();
        String page = two.page("it");
        assertTrue(page.contains("| `third` | `second` |"), page);
        assertTrue(page.contains(" from `first` |"), page);
    }

    @Test
    void samplesPartWhereTheirMeansAreFurtherApartThanTheirSpread() {
        SeedSample one = SeedSample.of(new double[] {10, 11, 12});
        assertEquals(new SeedSample(11, 1, 3), one);
        assertEquals("11.00 ± 1.00", one.toString());
        assertFalse(one.partsFrom(new SeedSample(12.4, 1, 3)));
        assertTrue(one.partsFrom(new SeedSample(12.5, 1, 3)));
        assertFalse(one.partsFrom(SeedSample.of(new double[] {20})), "a single run says nothing of spread");
        assertEquals("20.00", SeedSample.of(new double[] {20}).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rungs: [] | The ladder has 0 rungs",
                "rungs: [{name: a}, {name: a}] | The rung 'a' is there twice (LADDER line 1); other names",
                "rungs: [{name: a, from: b}, {name: b}] | builds on 'b' (LADDER line 1); a rung above it",
                "rungs: [{name: a/b}] | has the name 'a/b'",
                "rungs: [{name: a, sets: [x=1]}] | 'rungs[0].sets' is not a setting",
                "rungs: [ | is not YAML",
            })
    void aFileThatIsNoLadderIsRefused(String yaml, String sentence) {
        BadInputException refused = assertThrows(BadInputException.class, () -> ladder(yaml));
        assertTrue(
                String.valueOf(refused.getMessage())
                        .contains(sentence.replace(
                                "LADDER", folder.resolve("ladder.yaml").toString())),
                refused.getMessage());
    }
}

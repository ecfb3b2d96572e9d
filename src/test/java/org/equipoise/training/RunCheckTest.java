package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.equipoise.error.BadInputException;
import org.equipoise.training.RunCheck.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exactly what is found, and how a run is recovered; two runs serve for everything. */
class RunCheckTest {
    private static final String LAST = "last.safetensors";
    private static final String PREVIOUS = "previous.safetensors";
    private static final String BEST = "best.safetensors";

    @TempDir
    Path folder;

    private int copies;

    /** What is done to a copy of the whole run. */
    private interface Damage {
        void to(StripesRun run) throws IOException;
    }

    private StripesRun damaged(StripesRun whole, Damage damage) throws IOException {
        StripesRun run = whole.copy(folder.resolve("copy" + copies++));
        damage.to(run);
        return run;
    }

    private void check(StripesRun whole, Damage damage, String... expected) throws IOException {
        RunCheck check = RunCheck.of(damaged(whole, damage).folder());
        Set<String> files = check.findings().stream().map(Finding::file).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                new TreeSet<>(List.of(expected)), files, () -> check.findings().toString());
        assertEquals(expected.length == 0, check.sound());
    }

    @Test
    void whatIsWrongIsFoundAndNothingElse() throws IOException {
        StripesRun whole = StripesRun.in(folder.resolve("whole"), "training.epochs=2");
        StripesRun.train(whole.begin(), () -> false);
        StripesRun other = StripesRun.in(folder.resolve("other"), "training.epochs=2", "training.seed=9");
        StripesRun.train(other.begin(), () -> false);

        check(whole, run -> {});
        for (String file : List.of(LAST, BEST, "config.yaml", "provenance.json")) {
            check(whole, run -> Files.delete(run.file(file)), file);
        }
        check(whole, run -> Files.delete(run.file(PREVIOUS)));
        for (String file : List.of(LAST, PREVIOUS, BEST)) {
            check(
                    whole,
                    run -> Files.copy(other.file(file), run.file(file), StandardCopyOption.REPLACE_EXISTING),
                    file);
            check(whole, run -> Files.write(run.file(file), new byte[] {1, 2, 3}), file);
        }
        check(
                whole,
                run -> Files.move(run.file(BEST), run.file(LAST), StandardCopyOption.REPLACE_EXISTING),
                BEST,
                LAST);
        // The one before the last is the end of the run, and the last is not.
        check(
                whole,
                run -> {
                    Files.move(run.file(LAST), run.file("aside"));
                    Files.move(run.file(PREVIOUS), run.file(LAST));
                    Files.move(run.file("aside"), run.file(PREVIOUS));
                },
                PREVIOUS);
        check(whole, run -> Files.delete(run.file("metrics.csv")), "metrics");
        check(whole, run -> Files.writeString(run.file("metrics.jsonl"), "null\n"), "metrics");
        check(
                whole,
                run -> Files.writeString(
                        run.file("config.yaml"),
                        Files.readString(run.file("config.yaml")).replace("beta: 0.9", "beta: 0.8")),
                "config.yaml");
        assertThrows(BadInputException.class, () -> RunCheck.of(folder));
    }

    @Test
    void theCheckpointBeforeADamagedOneTakesItsPlace() throws IOException {
        StripesRun whole = StripesRun.in(folder.resolve("whole"), "training.epochs=1");
        StripesRun.train(whole.begin(), () -> false);
        RunCheck sound = RunCheck.of(whole.folder());
        assertEquals(
                List.of(LAST, PREVIOUS, BEST),
                sound.checkpoints().stream().map(CheckedCheckpoint::file).toList());
        CheckedCheckpoint last = sound.checkpoints().getFirst();
        assertEquals(1, last.epochs());
        assertEquals(0, last.batches());
        assertTrue(last.checksummed());
        assertEquals(Files.size(whole.file(LAST)), last.bytes());
        assertNull(whole.directory().recover());

        byte[] half = Arrays.copyOf(Files.readAllBytes(whole.file(LAST)), (int) last.bytes() / 2);
        StripesRun torn = damaged(whole, run -> Files.write(run.file(LAST), half));
        byte[] before = Files.readAllBytes(torn.file(PREVIOUS));
        String told = String.valueOf(torn.directory().recover());
        assertTrue(told.endsWith("; the run goes on from the checkpoint before it."), told);
        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(torn.file(LAST))));
        assertEquals(-1, Arrays.mismatch(half, Files.readAllBytes(torn.file("last.safetensors.damaged"))));
        assertEquals(1, RunCheck.of(torn.folder()).notes().size());
        assertEquals(
                new TreeMap<>(whole.directory().provenance()),
                new TreeMap<>(torn.directory().provenance()));

        StripesRun gone = damaged(whole, run -> Files.delete(run.file(LAST)));
        assertTrue(String.valueOf(gone.directory().recover()).contains(LAST));
        assertTrue(Files.exists(gone.file(LAST)));
        assertFalse(Files.exists(gone.file("last.safetensors.damaged")));

        StripesRun none = damaged(whole, run -> {
            Files.write(run.file(LAST), half);
            Files.write(run.file(PREVIOUS), half);
        });
        String refused = String.valueOf(
                assertThrows(BadInputException.class, () -> none.directory().recover())
                        .getMessage());
        assertTrue(refused.contains(LAST) && refused.contains(", nor can the checkpoint before it be used: "), refused);
    }
}

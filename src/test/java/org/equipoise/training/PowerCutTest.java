package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.equipoise.config.Configuration;
import org.equipoise.interop.RecordedDisk;
import org.equipoise.interop.RecordedDisk.State;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A loss of power at any moment, whatever the disk had not been told to keep: every state that it could leave is made, and the run goes on
 * from it, from nothing older than the last checkpoint that was complete.
 */
class PowerCutTest {
    private static final String PLACE = "runs/some/run";
    private static final int BATCHES = 3;

    @TempDir
    Path folder;

    private Path disk = Path.of("");
    private StripesRun run = StripesRun.in(Path.of(""));
    private List<String> end = List.of();

    @BeforeEach
    void trainWhole() throws IOException {
        disk = Files.createDirectory(folder.resolve("disk"));
        run = StripesRun.in(disk.resolve(PLACE), "training.epochs=2", "training.batch=6");
        StripesRun whole = StripesRun.in(folder.resolve("whole"), "training.epochs=2", "training.batch=6");
        StripesRun.train(whole.begin(), () -> false);
        end = whole.end();
    }

    /** What the states of a recording came to. */
    private final class Trial {
        private final Set<Long> finished = new HashSet<>();
        private int states;
        private int begun;

        void of(State state) {
            Path place = folder.resolve("state");
            try {
                Files.createDirectory(place);
                state.make(disk, place);
                goOn(new StripesRun(place.resolve(PLACE), run.configuration()), state);
                remove(place);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            states++;
        }

        private void goOn(StripesRun left, State state) throws IOException {
            String when = "after " + state.operations() + " operations: "
                    + state.files().keySet();
            RunDirectory directory = new RunDirectory(left.folder());
            byte[] forced = state.forced().get(run.file("last.safetensors"));
            if (directory.state() != RunDirectory.State.RUN) {
                assertTrue(directory.state() != RunDirectory.State.OTHER && forced == null, when);
                left.begin(StripesRun.machine(1)).close();
                begun++;
                return;
            }
            assertEquals(List.of(), RunCheck.of(left.folder()).findings(), when);
            long updates;
            try (TrainingRun resumed = left.resume(StripesRun.machine(1))) {
                updates = resumed.updates();
                assertTrue(updates >= updates(forced), () -> when + " went on from update " + updates(forced));
            }
            assertEquals(List.of(), RunCheck.of(left.folder()).findings(), when);
            if (finished.add(updates)) {
                left.finish();
                assertEquals(end, left.end(), when);
            }
        }

        private long updates(byte @Nullable [] checkpoint) {
            if (checkpoint == null) {
                return 0;
            }
            try {
                Progress progress = Checkpoint.header(Files.write(folder.resolve("forced.safetensors"), checkpoint))
                        .progress();
                return (long) progress.epoch() * BATCHES + progress.batch();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void remove(Path place) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void aNewRunGoesOn() {
        Trial trial = new Trial();
        try (RecordedDisk recorded = new RecordedDisk(disk)) {
            StripesRun.train(run.begin(), () -> false);
            recorded.close();
            recorded.forEachState(trial::of);
        }
        assertTrue(trial.begun > 0 && trial.states > 100, trial.begun + " of " + trial.states);
        // From every batch, the first and the last among them.
        assertEquals(2 * BATCHES + 1, trial.finished.size());
    }

    /** What an earlier version has left of a run without a checkpoint is of another run than the one that begins there. */
    @Test
    void aRunThatBeginsAgainGoesOn() throws IOException {
        Files.createDirectories(run.folder());
        Files.write(run.file(".lock"), new byte[0]);
        Files.write(run.file(".equipoise-left.tmp"), new byte[100]);
        Files.writeString(run.file("config.yaml"), run.configuration().toYaml());
        Files.writeString(run.file("provenance.json"), "{\"" + RunOrigin.ID + "\": \"another\"}");
        Trial trial = new Trial();
        RecordedDisk recorded = new RecordedDisk(disk);
        try (recorded) {
            run.begin().close();
        }
        recorded.forEachState(trial::of);
        assertTrue(trial.begun > 5 && trial.states > trial.begun + 5, trial.begun + " of " + trial.states);
    }

    /** The damaged checkpoint is set aside, and the one before it takes its place. */
    @Test
    void aRunThatRecoversGoesOn() throws IOException {
        AtomicInteger batches = new AtomicInteger();
        StripesRun.train(run.begin(), () -> batches.incrementAndGet() > 4);
        byte[] last = Files.readAllBytes(run.file("last.safetensors"));
        last[last.length / 2] ^= 1;
        Files.write(run.file("last.safetensors"), last);
        Files.write(run.file(".equipoise-left.tmp"), last);
        RecordedDisk recorded = new RecordedDisk(disk);
        try (recorded;
                TrainingRun resumed = run.resume(StripesRun.machine(1))) {
            assertTrue(resumed.recovery() != null);
        }
        AtomicInteger states = new AtomicInteger();
        recorded.forEachState(state -> {
            states.incrementAndGet();
            Path place = folder.resolve("state");
            try {
                Files.createDirectory(place);
                state.make(disk, place);
                StripesRun left = new StripesRun(place.resolve(PLACE), run.configuration());
                try (TrainingRun resumed = left.resume(StripesRun.machine(1))) {
                    assertTrue(resumed.updates() >= 3);
                }
                left.finish();
                assertEquals(end, left.end());
                remove(place);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertTrue(states.get() > 8, states + " states");
    }

    @Test
    void aRunThatIsMadeLongerGoesOn() {
        Configuration longer = run.configuration();
        run = new StripesRun(run.folder(), longer.withEpochs(1));
        StripesRun.train(run.begin(), () -> false);
        Trial trial = new Trial();
        RecordedDisk recorded = new RecordedDisk(disk);
        try (recorded) {
            TrainingRun resumed =
                    TrainingRun.resume(run.directory(), longer, StripesRun.dataset(), StripesRun.machine(1));
            AtomicInteger asked = new AtomicInteger();
            StripesRun.train(resumed, () -> asked.incrementAndGet() > 2);
        }
        recorded.forEachState(state -> {
            Path place = folder.resolve("state");
            try {
                Files.createDirectory(place);
                state.make(disk, place);
                StripesRun left = new StripesRun(place.resolve(PLACE), longer);
                assertEquals(List.of(), RunCheck.of(left.folder()).findings());
                try (TrainingRun resumed = left.resume(StripesRun.machine(1))) {
                    assertTrue(resumed.updates() >= trial.updates(state.forced().get(run.file("last.safetensors"))));
                }
                remove(place);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}

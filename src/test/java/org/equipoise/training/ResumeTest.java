package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.equipoise.dynamics.SpikeCounts;
import org.equipoise.dynamics.StepCount;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is interrupted is not lost, and ends as one that was not. */
class ResumeTest {
    @TempDir
    Path folder;

    private StripesRun run = StripesRun.in(Path.of(""));

    @BeforeEach
    void place() {
        run = StripesRun.in(folder.resolve("run"));
    }

    private StripesRun whole(String... overrides) {
        StripesRun whole = StripesRun.in(folder.resolve("whole"), overrides);
        StripesRun.train(whole.begin(), () -> false);
        return whole;
    }

    /** Everything is as without the interruption: parameters, optimiser, progress, counts of spikes and steps, metrics. */
    @Tag("kernels")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "learning.momentum=0.9",
                "learning.momentum=0",
                "learning.optimizer=adam; learning.momentum=0; phases.scheme=random-sign",
                "learning.algorithm=bptt",
                "phases.nudge-margin=0.05",
                "network.feedback=0; neuron={kind: rate}; learning.algorithm=bp",
                "learning.nesterov=true; learning.warm-up=1.5; learning.rate-schedule=cosine; learning.decay=0.01;"
                        + " learning.decay-form=decoupled",
                "learning.weight-average=0.9",
                "neuron={kind: rate, epsilon: 0.5}; training.particles=memory"
            })
    void aRunStoppedAfterEveryBatchEndsAsOneThatWasNot(String settings) throws IOException {
        String[] overrides = settings.split("; ");
        run = StripesRun.in(folder.resolve("run"), overrides);
        StripesRun whole = whole(overrides);
        boolean complete = StripesRun.train(run.begin(), () -> true).complete();
        int threads = 0;
        while (!complete) {
            AtomicInteger asked = new AtomicInteger();
            TrainingRun resumed = run.resume(StripesRun.machine(1 + threads++ % 3));
            complete = StripesRun.train(resumed, () -> asked.getAndIncrement() >= 1)
                    .complete();
            assertTrue(threads < 100);
        }
        assertEquals(whole.end(), run.end());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void tilesOfAnySizeEndAlike(int tile) throws IOException {
        run = StripesRun.in(folder.resolve("run"), "training.tile=" + tile);
        StripesRun.train(run.begin(), () -> false);
        assertEquals(whole().end(), run.end());
    }

    @Test
    void theCheckpointBeforeTheLastIsOneBatchBehind() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        StripesRun.train(run.begin(), () -> asked.getAndIncrement() >= 3);
        List<CheckedCheckpoint> checkpoints = RunCheck.of(run.folder()).checkpoints();
        assertEquals(
                List.of("last.safetensors", "previous.safetensors"),
                checkpoints.stream().map(CheckedCheckpoint::file).toList());
        // Saved after every batch, and not once more when it was stopped.
        assertEquals(3, checkpoints.getFirst().batches());
        assertEquals(2, checkpoints.getLast().batches());
    }

    @Test
    void aLongerRunStaysLongerEvenIfItIsKilledAtOnce() throws IOException {
        StripesRun.train(run.begin(), () -> false);
        try (TrainingRun longer = TrainingRun.resume(
                run.directory(), run.configuration().withEpochs(5), StripesRun.dataset(), StripesRun.machine(1))) {
            assertNull(longer.recovery());
        }
        Files.writeString(
                run.file("config.yaml"),
                Files.readString(run.file("config.yaml")).replace("epochs: 5", "epochs: 3"));
        run.finish();
        assertEquals(5, Files.readAllLines(run.file("metrics.jsonl")).size());
        assertTrue(Files.readString(run.file("config.yaml")).contains("epochs: 5"));
    }

    @Test
    void whatAKilledProcessLeftUnfinishedIsRemoved() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        StripesRun.train(run.begin(), () -> asked.getAndIncrement() >= 2);
        Path left = Files.writeString(run.file(".equipoise-1.tmp"), "half a checkpoint");
        assertTrue(RunCheck.of(run.folder()).sound());
        assertTrue(RunCheck.of(run.folder()).notes().getFirst().contains(left.toString()));
        run.finish();
        assertFalse(Files.exists(left));
    }

    @Test
    void aRunThatHasLostItsFolderSaysSo() {
        TrainingRun training = run.begin();
        AtomicInteger batches = new AtomicInteger();
        WorkFailedException failure = assertThrows(
                WorkFailedException.class,
                () -> StripesRun.train(training, () -> batches.getAndIncrement() == 2 && emptied()));
        String message = String.valueOf(failure.getMessage());
        assertTrue(message.contains("the folder " + run.folder() + " does not exist"), message);
        assertTrue(message.endsWith("there is no checkpoint of it.") && !message.contains(". "), message);
    }

    /** Removes the folder. {@return false, so that training goes on} */
    private boolean emptied() {
        try (Stream<Path> files = Files.list(run.folder())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(run.folder());
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRunWhoseFolderMayNotBeWrittenKeepsItsCheckpoint() throws IOException {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        assumeTrue(closed.toFile().setWritable(false) && !Files.isWritable(closed), "root may write everywhere");
        AtomicInteger asked = new AtomicInteger();
        TrainingRun training = run.begin();
        try {
            WorkFailedException failure = assertThrows(
                    WorkFailedException.class,
                    () -> StripesRun.train(training, () -> asked.getAndIncrement() == 2 && closed()));
            String message = String.valueOf(failure.getMessage());
            assertTrue(message.contains("last.safetensors could not be written: "), message);
            assertTrue(message.endsWith("its last checkpoint is kept, from which --resume goes on."), message);
        } finally {
            assertTrue(run.folder().toFile().setWritable(true));
        }
        assertTrue(RunCheck.of(run.folder()).sound());
        run.finish();
        assertEquals(whole().end(), run.end());
    }

    /** Takes the right to write away. {@return false, so that training goes on} */
    private boolean closed() {
        assertTrue(run.folder().toFile().setWritable(false));
        return false;
    }

    @Test
    void aFolderThatIsTakenIsRefusedAndNotTouched() throws IOException {
        StripesRun.train(run.begin(), () -> true);
        String before = Files.readString(run.file("provenance.json"));
        assertThrows(BadInputException.class, () -> run.begin().close());
        assertEquals(before, Files.readString(run.file("provenance.json")));
    }

    @Test
    void aCheckpointOfAnotherDepthIsRefused() {
        Machine machine = StripesRun.machine(1);
        try (TrainingState state =
                TrainingState.open(run.configuration(), StripesRun.dataset().train(), machine)) {
            Trainer trainer = new Trainer(run.configuration(), StripesRun.dataset(), machine, state);
            EpochCounts other = new EpochCounts(StepCount.NONE, new SpikeCounts(List.of(1L, 2L), List.of(3L, 4L)));
            assertThrows(BadInputException.class, () -> trainer.resume(Progress.START, other));
        }
    }
}

package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.SafetensorsWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointVersionTest {
    @TempDir
    Path folder;

    private StripesRun run = StripesRun.in(Path.of(""));

    @BeforeEach
    void stopInTheMiddle() throws IOException {
        run = StripesRun.in(folder.resolve("run"));
        AtomicInteger asked = new AtomicInteger();
        StripesRun.train(run.begin(), () -> asked.getAndIncrement() >= 8);
        for (String file : List.of("previous.safetensors", "provenance.json", "best.safetensors")) {
            Files.delete(run.file(file));
        }
    }

    /** Writes the last checkpoint as another version had it. */
    private void rewrite(String version) {
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(run.file("last.safetensors"))) {
            file.tensors().forEach((name, entry) -> writer.add(name, entry.shape(), file.floats(name)));
            file.metadata().forEach((key, text) -> {
                boolean ofVersion2 = key.equals("equipoise.sha256")
                        || key.equals("equipoise.role")
                        || key.equals("equipoise.run")
                        || key.startsWith("equipoise.epoch.");
                if (!ofVersion2) {
                    writer.metadata(key, key.equals("format.version") ? version : text);
                }
            });
        }
        writer.writeTo(run.file("last.safetensors"));
    }

    @Test
    void runsOfTheFirstVersionGoOn() throws IOException {
        StripesRun whole = StripesRun.in(folder.resolve("whole"));
        StripesRun.train(whole.begin(), () -> false);
        rewrite("1");
        RunCheck check = RunCheck.of(run.folder());
        assertEquals(1, check.checkpoints().getFirst().version());
        assertTrue(check.notes().getFirst().contains("before checkpoints had checksums"));
        run.finish();
        assertEquals(2, RunCheck.of(run.folder()).checkpoints().getFirst().version());
        assertEquals(
                whole.end().getFirst(),
                "last.safetensors "
                        + RunCheck.of(run.folder()).checkpoints().getFirst().stateSha256());
    }

    @Test
    void aCheckpointThatShouldHaveAChecksumAndHasNoneIsRefused() {
        rewrite("2");
        assertRefused("it does not begin with its checksum");
    }

    @Test
    void checkpointsOfTheFutureAreRefused() {
        rewrite("3");
        assertRefused("is a checkpoint of format 3; format 1 or 2 was expected.");
    }

    private void assertRefused(String words) {
        BadInputException refused = assertThrows(
                BadInputException.class, () -> run.resume(StripesRun.machine(1)).close());
        assertTrue(String.valueOf(refused.getMessage()).contains(words), refused.getMessage());
    }
}

package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoundCheckpointTest {
    @TempDir
    Path folder;

    private StripesRun trained(String name, String... settings) {
        StripesRun run = StripesRun.in(folder.resolve(name), settings);
        StripesRun.train(run.begin(), () -> false);
        return run;
    }

    @Test
    void aRunGoesOnFromItsOwnLastCheckpointOnly() throws IOException {
        StripesRun run = trained("run", "training.epochs=1");
        StripesRun other = trained("other", "training.epochs=1", "training.seed=9");
        RunDirectory directory = run.directory();

        UsableCheckpoint last = UsableCheckpoint.of(directory);
        assertEquals(directory.last(), last.file());
        assertNull(last.damage());
        assertEquals(1, last.header().progress().epoch());

        Files.copy(other.file("last.safetensors"), directory.last(), StandardCopyOption.REPLACE_EXISTING);
        UsableCheckpoint before = UsableCheckpoint.of(directory);
        assertEquals(directory.previous(), before.file());
        String damage = String.valueOf(before.damage());
        assertTrue(damage.contains("last.safetensors is a checkpoint of another run"), damage);

        Files.copy(run.file("best.safetensors"), directory.last(), StandardCopyOption.REPLACE_EXISTING);
        damage = String.valueOf(UsableCheckpoint.of(directory).damage());
        assertTrue(damage.contains("is the best checkpoint of its run; the last was expected."), damage);

        Files.delete(directory.previous());
        assertThrows(BadInputException.class, () -> UsableCheckpoint.of(directory));
    }
}

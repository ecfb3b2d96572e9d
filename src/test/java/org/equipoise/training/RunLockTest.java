package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
    @TempDir
    Path folder;

    private String refused(Path place) {
        return String.valueOf(
                assertThrows(BadInputException.class, () -> RunLock.take(place)).getMessage());
    }

    @Test
    void oneAtATimeTrainsInAFolder() {
        try (RunLock lock = RunLock.take(folder)) {
            assertEquals(
                    "The run in " + folder
                            + " is being trained by another process; the folder of a run at rest was expected.",
                    refused(folder),
                    lock::toString);
        }
        // It can be taken again, and the file stays.
        RunLock.take(folder).close();
        assertTrue(Files.exists(folder.resolve(".lock")));
        assertEquals(new RunDirectory(folder), RunDirectory.empty(folder));
    }

    @Test
    void aFolderThatIsNotThereCannotBeLocked() {
        Path missing = folder.resolve("missing");
        assertEquals(
                "The folder " + missing + " may not be written; a place that may was expected for the run.",
                refused(missing));
    }
}

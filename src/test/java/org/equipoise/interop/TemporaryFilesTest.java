package org.equipoise.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.equipoise.error.WorkFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFilesTest {
    private static final String PROPERTY = "java.io.tmpdir";

    @TempDir
    private Path folder;

    @Test
    void aFolderThatCannotBeWrittenIsNamed() {
        String usual = System.getProperty(PROPERTY);
        Path missing = folder.resolve("missing");
        System.setProperty(PROPERTY, missing.toString());
        try {
            for (Executable wanted :
                    new Executable[] {() -> TemporaryFiles.file(".log"), TemporaryFiles::folder, TemporaryFiles::name
                    }) {
                WorkFailedException failed = assertThrows(WorkFailedException.class, wanted);
                assertEquals(
                        "The temporary folder " + missing + " cannot be written because no such file or folder exists;"
                                + " TMPDIR, or -Djava.io.tmpdir=FOLDER before the command, names another.",
                        failed.getMessage());
            }
        } finally {
            System.setProperty(PROPERTY, usual);
        }
    }
}

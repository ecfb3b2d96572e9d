package org.equipoise.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.equipoise.error.IoReason;
import org.equipoise.error.WorkFailedException;

/** Files that last no longer than what needs them. Where there can be none, one sentence says so, and how to name another place. */
public final class TemporaryFiles {
    private static final String PREFIX = "equipoise-";

    private TemporaryFiles() {}

    /** {@return the system's folder for them} */
    static Path place() {
        return Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    }

    /**
     * @return a new empty file
     * @throws WorkFailedException if none can be made
     */
    public static Path file(String suffix) {
        try {
            return Files.createTempFile(place(), PREFIX, suffix);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    /**
     * @return a new empty folder
     * @throws WorkFailedException if none can be made
     */
    public static Path folder() {
        try {
            return Files.createTempDirectory(place(), PREFIX);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    /**
     * @return a name that no file has, for one that {@link AtomicFile#removeUnfinished} would remove
     * @throws WorkFailedException if the folder cannot be written
     */
    public static Path name() {
        Path probe = file(".probe");
        try {
            Files.delete(probe);
        } catch (IOException e) {
            throw refused(e);
        }
        return AtomicFile.unfinishedIn(place());
    }

    private static WorkFailedException refused(IOException cause) {
        return new WorkFailedException(
                "The temporary folder " + place() + " cannot be written because " + IoReason.of(cause)
                        + "; TMPDIR, or -Djava.io.tmpdir=FOLDER before the command, names another.",
                cause);
    }
}

package org.equipoise.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.AtomicFile;

/** The folder into which a command writes its tables and figures. */
record ReportFolder(Path path) {
    /**
     * Makes the folder unless it is there.
     *
     * @throws BadInputException if that cannot be
     */
    void make() {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new BadInputException(
                    "The folder " + path + " cannot be made; a place that may be written was expected.", e);
        }
    }

    /** Writes a file as a whole, or not at all. */
    void write(String name, String text) {
        AtomicFile.write(path.resolve(name), stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}

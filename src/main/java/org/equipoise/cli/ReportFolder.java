package org.equipoise.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;
import org.equipoise.interop.AtomicFile;

/** The folder into which a command writes its tables and figures. */
record ReportFolder(Path path) {
    /**
     * Makes the folder unless it is there.
     *
     * @throws BadInputException if that cannot be
     */
    void make() {
        requireNoFile(path);
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new BadInputException(
                    "The folder " + path + " cannot be made because " + IoReason.of(e)
                            + "; a place that may be written was expected.",
                    e);
        }
    }

    /** Refuses the name of a folder that is the name of a file, or lies below one. */
    static void requireNoFile(Path folder) {
        Path place = folder;
        while (place != null && !Files.exists(place)) {
            place = place.getParent();
        }
        if (place != null && !Files.isDirectory(place)) {
            throw new BadInputException(
                    (place.equals(folder) ? folder + " is" : folder + " lies below " + place + ", which is")
                            + " a file; a folder, or the name of a new one, was expected.");
        }
    }

    /** Writes a file as a whole, or not at all. */
    void write(String name, String text) {
        AtomicFile.write(path.resolve(name), stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}

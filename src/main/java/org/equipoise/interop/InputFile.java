package org.equipoise.interop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;

/** Opens files to be read, refusing what is not one. */
final class InputFile {
    private InputFile() {}

    /**
     * @param file an existing file
     * @param expected what it should be, as {@code a PNG image}
     * @return the file, open for reading
     * @throws BadInputException if there is no such file or it may not be read
     */
    static FileChannel open(Path file, String expected) {
        requireFile(file, expected);
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new BadInputException(
                    file + " cannot be opened (" + IoReason.of(e) + "); " + expected + " was expected.", e);
        }
    }

    /**
     * @param file a path
     * @param expected what should be there
     * @throws BadInputException if there is nothing, or a folder, device or pipe
     */
    static void requireFile(Path file, String expected) {
        if (!Files.exists(file)) {
            throw new BadInputException(file + " does not exist; " + expected + " was expected.");
        }
        if (!Files.isRegularFile(file)) {
            throw new BadInputException(file + " is " + kind(file) + "; " + expected + " was expected.");
        }
    }

    /** {@return what an existing path is that is not a file} */
    static String kind(Path path) {
        if (Files.isSymbolicLink(path)) {
            return "a link to nothing";
        }
        return Files.isDirectory(path) ? "a folder" : "a device or pipe";
    }
}

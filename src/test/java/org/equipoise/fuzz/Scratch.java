package org.equipoise.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder whose files are written over for each input. */
final class Scratch {
    private final Path folder;
    private final Path file;

    /**
     * @param name the file that inputs go to
     */
    Scratch(String name) {
        try {
            folder = Files.createTempDirectory("equipoise-fuzz-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        file = folder.resolve(name);
        Runtime.getRuntime().addShutdownHook(new Thread(this::delete));
    }

    Path folder() {
        return folder;
    }

    Path path() {
        return file;
    }

    void write(byte[] content) throws IOException {
        Files.write(file, content);
    }

    /** Fails if reading the file has left another beside it. */
    void requireAlone() throws IOException {
        List<Path> found = files();
        if (!found.equals(List.of(file))) {
            throw new AssertionError("Reading left " + found);
        }
    }

    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private void delete() {
        try {
            for (Path left : files()) {
                Files.delete(left);
            }
            Files.delete(folder);
        } catch (IOException e) {
            // What the system's own cleaning is for.
        }
    }
}

package org.equipoise.data.fetch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for work in progress that is gone afterwards, also when the process is told to end meanwhile. */
final class TemporaryFolder implements AutoCloseable {
    private final Path path;
    private final ShutdownHook atExit;

    private TemporaryFolder(Path path) {
        this.path = path;
        this.atExit = new ShutdownHook(this::delete);
    }

    /**
     * @param parent where to make it, so that files can be moved out of it in one step
     */
    static TemporaryFolder in(Path parent) throws IOException {
        return new TemporaryFolder(Files.createTempDirectory(parent, ".fetch-"));
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        delete();
        atExit.close();
    }

    /** One at a time: the thread that fetches may be closing while the process is ending. */
    private synchronized void delete() {
        if (Files.notExists(path)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(path)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.getLogger(TemporaryFolder.class.getName())
                    .log(System.Logger.Level.WARNING, "The temporary folder " + path + " could not be deleted", e);
        }
    }
}

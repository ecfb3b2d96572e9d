package org.equipoise.interop;

import static org.equipoise.interop.Damage.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.error.WorkFailedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void placeOldFile() throws IOException {
        file = Files.writeString(folder.resolve("state"), "old");
    }

    @Test
    void replacesTheOldFileAndLeavesNothingElse() throws IOException {
        AtomicFile.write(file, out -> out.write("new".getBytes()));
        assertEquals("new", Files.readString(file));
        assertEquals(List.of(file), listing());
    }

    @Test
    void keepsTheOldFileWhenTheDiskIsFull() throws IOException {
        WorkFailedException failure = assertThrows(
                WorkFailedException.class,
                () -> AtomicFile.write(file, out -> {
                    out.write(new byte[100_000]);
                    throw new IOException("No space left on device");
                }));
        assertEquals(file + " could not be written: no space left on device.", failure.getMessage());
        assertEquals("old", Files.readString(file));
        assertEquals(List.of(file), listing());
    }

    @Test
    void keepsTheOldFileWhenTheContentFails() throws IOException {
        assertThrows(
                IllegalStateException.class,
                () -> AtomicFile.write(file, out -> {
                    throw new IllegalStateException();
                }));
        assertEquals("old", Files.readString(file));
        assertEquals(List.of(file), listing());
    }

    @Test
    void completesUnderAnInterruptedThread() throws IOException {
        Thread.currentThread().interrupt();
        AtomicFile.write(file, out -> out.write("new".getBytes()));
        assertTrue(Thread.interrupted());
        assertEquals("new", Files.readString(file));
    }

    @Test
    void keepsTheReplacedFileUnderAnotherName() throws IOException {
        Path previous = folder.resolve("previous");
        for (String content : List.of("new", "newer", "newest")) {
            String replaced = Files.readString(file);
            AtomicFile.writeKeeping(file, previous, out -> out.write(content.getBytes()));
            assertEquals(content, Files.readString(file));
            assertEquals(replaced, Files.readString(previous));
        }
        assertEquals(2, listing().size());
    }

    @Test
    void aFirstFileReplacesNothing() throws IOException {
        Files.delete(file);
        AtomicFile.writeKeeping(file, folder.resolve("previous"), out -> out.write(1));
        assertEquals(List.of(file), listing());
    }

    @Test
    void keepsBothFilesWhenTheContentFails() throws IOException {
        Path previous = Files.writeString(folder.resolve("previous"), "older");
        assertThrows(
                WorkFailedException.class,
                () -> AtomicFile.writeKeeping(file, previous, out -> {
                    throw new IOException("No space left on device");
                }));
        assertEquals("old", Files.readString(file));
        assertEquals("older", Files.readString(previous));
        assertEquals(2, listing().size());
    }

    @Test
    void twoNamesOfOneFileArePartedAgain() throws IOException {
        Path previous = folder.resolve("previous");
        AtomicFile.keepAs(file, previous);
        AtomicFile.keepAs(file, previous);
        assertEquals(2, listing().size());
        AtomicFile.writeKeeping(file, previous, out -> out.write("new".getBytes()));
        assertEquals("old", Files.readString(previous));
        assertEquals("new", Files.readString(file));
        assertEquals(2, listing().size());
    }

    @Test
    void whatKilledWritersLeaveIsFoundAndRemoved() throws IOException {
        Path left = Files.writeString(folder.resolve(".equipoise-0000.tmp"), "half");
        assertEquals(List.of(left), AtomicFile.unfinished(folder));
        AtomicFile.removeUnfinished(folder);
        assertEquals(List.of(file), listing());
        Path gone = folder.resolve("gone");
        WorkFailedException failure = assertThrows(WorkFailedException.class, () -> AtomicFile.unfinished(gone));
        assertTrue(String.valueOf(failure.getMessage()).contains(gone.toString()), failure.getMessage());
    }

    @Test
    void followsLinks() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), file.getFileName());
        AtomicFile.write(link, out -> out.write("new".getBytes()));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(file));
    }

    @Test
    void refusesWhatIsNoFile() throws IOException {
        assertRefused(() -> AtomicFile.write(folder, out -> {}), "is a folder");
        assertRefused(() -> AtomicFile.write(folder.resolve("no/file"), out -> {}), "does not exist");
        assertRefused(() -> AtomicFile.write(Path.of("/"), out -> {}), "is a folder");
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere"));
        assertRefused(() -> AtomicFile.write(dangling, out -> {}), "a link to nothing");
        assertEquals(2, listing().size());
    }

    @Test
    void readersOfTheOldFileStillReadIt() {
        Path model = folder.resolve("model.safetensors");
        new SafetensorsWriter().add("w", Shape.of(1), new float[] {1}).writeTo(model);
        try (SafetensorsFile old = SafetensorsFile.open(model)) {
            new SafetensorsWriter().add("w", Shape.of(1), new float[] {2}).writeTo(model);
            assertEquals(1, old.floats("w")[0]);
        }
        try (SafetensorsFile replaced = SafetensorsFile.open(model)) {
            assertEquals(2, replaced.floats("w")[0]);
        }
    }

    private List<Path> listing() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}

package org.equipoise.data.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import org.equipoise.data.IdxPart;
import org.equipoise.data.IdxWriter;
import org.equipoise.data.TinySet;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderFetchTest {
    @TempDir
    Path temporary;

    private Path folder;
    private FetchFixture fixture;

    @BeforeEach
    void writeTheFilesOfTheUser() throws IOException {
        folder = TinySet.write(temporary.resolve("mine"), false);
        fixture = new FetchFixture(temporary);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void storesRawFilesWhateverTheyCameAs(boolean gzipped) throws IOException {
        Path source = TinySet.write(temporary.resolve("source"), gzipped);

        FetchReport report = fixture.fetch(new FolderSource(source));

        fixture.assertStored(report);
        assertEquals("tiny", report.name());
        assertEquals("folder " + source, report.source());
        assertEquals(22 + 11 + 20 + 10, report.bytes());
        assertTrue(fixture.steps.contains("Checking t10k-images-idx3-ubyte"), fixture.steps.toString());
    }

    @Test
    void doesNothingWhenTheSetIsThere() throws IOException {
        TinySet.write(fixture.tiny, true);

        FetchReport report = fixture.fetch(new FolderSource(temporary.resolve("nowhere")));

        assertTrue(report.alreadyPresent());
        assertEquals(fixture.tiny.toString(), report.where());
        assertEquals(List.of(), report.fetched());
        assertEquals(4, FetchFixture.filesIn(fixture.store).size());
    }

    @Test
    void doesNothingWhenTheSetIsInstalled() throws IOException {
        TinySet.write(fixture.installed.resolve("tiny"), true);

        FetchReport report = fixture.fetch(new FolderSource(temporary.resolve("nowhere")));

        assertTrue(report.alreadyPresent());
        assertEquals(fixture.installed.resolve("tiny").toString(), report.where());
        assertFalse(Files.exists(fixture.store));
    }

    @Test
    void replacesOnlyWhatIsWrong() throws IOException {
        TinySet.write(fixture.tiny, false);
        Path kept = fixture.tiny.resolve("train-images-idx3-ubyte");
        FileTime old = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(kept, old);
        Path wrong = fixture.tiny.resolve("t10k-labels-idx1-ubyte");
        Files.write(wrong, TinySet.changed(IdxPart.TEST_LABELS));
        Files.delete(fixture.tiny.resolve("t10k-images-idx3-ubyte"));

        FetchReport report = fixture.fetch(new FolderSource(folder));

        assertEquals(List.of("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"), report.fetched());
        assertArrayEquals(TinySet.raw(IdxPart.TEST_LABELS), Files.readAllBytes(wrong));
        assertEquals(old, Files.getLastModifiedTime(kept));
        assertEquals(4, FetchFixture.filesIn(fixture.store).size());
    }

    @Test
    void refusesAFolderThatIsNotThere() throws IOException {
        fixture.assertFails(
                BadInputException.class,
                new FolderSource(temporary.resolve("nowhere")),
                "There is no folder '" + temporary.resolve("nowhere") + "'");
    }

    @Test
    void leavesAFolderThatWasThereBefore() throws IOException {
        Files.createDirectories(fixture.tiny);
        FolderSource nowhere = new FolderSource(temporary.resolve("nowhere"));

        assertThrows(BadInputException.class, () -> fixture.fetch(nowhere));

        assertTrue(Files.isDirectory(fixture.tiny));
        assertEquals(List.of(), FetchFixture.filesIn(fixture.store));
    }

    @Test
    void refusesAFolderThatLacksAFile() throws IOException {
        Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));

        fixture.assertFails(BadInputException.class, new FolderSource(folder), "has no file t10k-labels-idx1-ubyte");
    }

    @Test
    void refusesOtherContent() throws IOException {
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), TinySet.changed(IdxPart.TEST_LABELS));

        fixture.assertFails(
                BadInputException.class,
                new FolderSource(folder),
                "t10k-labels-idx1-ubyte from the folder " + folder + " was expected to have SHA-256 "
                        + TinySet.file(IdxPart.TEST_LABELS).sha256() + " and has ");
    }

    @ParameterizedTest
    @CsvSource({"7, 7 bytes", "2000, more"})
    void refusesOtherSizes(int size, String found) throws IOException {
        byte[] other = IdxWriter.gzip(new byte[size]);
        Files.delete(folder.resolve("train-images-idx3-ubyte"));
        Files.write(folder.resolve("train-images-idx3-ubyte.gz"), other);

        fixture.assertFails(
                BadInputException.class,
                new FolderSource(folder),
                "was expected to have 22 bytes and has " + found + ".");
    }

    @Test
    void refusesDamagedGzipFiles() throws IOException {
        byte[] whole = IdxWriter.gzip(TinySet.raw(IdxPart.TRAIN_IMAGES));
        Files.delete(folder.resolve("train-images-idx3-ubyte"));
        Path zipped = folder.resolve("train-images-idx3-ubyte.gz");
        FolderSource source = new FolderSource(folder);

        byte[] damaged = whole.clone();
        damaged[damaged.length - 8] ^= 1;
        Files.write(zipped, damaged);
        fixture.assertFails(BadInputException.class, source, "its gzip data is corrupt");

        Files.write(zipped, Arrays.copyOf(whole, whole.length - 9));
        fixture.assertFails(BadInputException.class, source, "it ends too early");

        Files.write(zipped, Arrays.copyOf(whole, 5));
        fixture.assertFails(BadInputException.class, source, "it ends too early");
    }

    @Test
    void saysWhenTheStoreCannotBeWritten() throws IOException {
        Files.createFile(fixture.store);

        WorkFailedException failure =
                assertThrows(WorkFailedException.class, () -> fixture.fetch(new FolderSource(folder)));

        String message = String.valueOf(failure.getMessage());
        assertTrue(
                message.startsWith("The data set 'tiny' could not be stored in '" + fixture.tiny + "' because "),
                message);
        assertTrue(message.endsWith("; a folder that can be written was expected."), message);
    }

    @Test
    void saysWhenSomethingElseHasThePlaceOfAFile() throws IOException {
        Path inTheWay = fixture.tiny.resolve("train-images-idx3-ubyte");
        Files.createDirectories(inTheWay.resolve("full"));

        WorkFailedException failure =
                assertThrows(WorkFailedException.class, () -> fixture.fetch(new FolderSource(folder)));

        assertTrue(String.valueOf(failure.getMessage()).contains("could not be stored"), failure.getMessage());
        assertEquals(List.of(), FetchFixture.filesIn(fixture.store));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "digits | The data set 'digits' comes with Equipoise and is not fetched",
                "mnits | No data set called 'mnits' can be fetched",
                "cifar10 | The data set 'cifar10' is not fetched but read from a folder, --data DIR"
            })
    void fetchesOnlyWhatIsFetched(String name, String reason) {
        String message = reason + "; mnist or fashion-mnist was expected.";
        FolderSource source = new FolderSource(folder);

        assertEquals(
                message,
                assertThrows(BadInputException.class, () -> fixture.fetcher.fetch(name, null, fixture))
                        .getMessage());
        assertEquals(
                message,
                assertThrows(BadInputException.class, () -> fixture.fetcher.fetch(name, source, fixture))
                        .getMessage());
    }

    @Test
    void fetchesByNameFromAFolder() throws IOException {
        assertThrows(BadInputException.class, () -> fixture.fetcher.fetch("mnist", new FolderSource(folder), fixture));
        assertEquals(List.of(), FetchFixture.filesIn(fixture.store));
    }
}

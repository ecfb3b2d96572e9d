package org.equipoise.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private static final String NAMES = "digits, mnist, fashion-mnist, cifar10, cifar100";

    @TempDir
    Path temporary;

    private Path store;
    private Path installed;
    private Catalogue catalogue;

    @BeforeEach
    void lookInEmptyFolders() {
        store = temporary.resolve("store");
        installed = temporary.resolve("installed");
        catalogue = new Catalogue(store, List.of(installed));
    }

    @Test
    void opensAKnownSetFromTheStore() throws IOException {
        TinySet.write(store.resolve("tiny"), false);

        Dataset tiny = catalogue.locate(TinySet.KNOWN).open();

        assertEquals("tiny", tiny.name());
        assertEquals(3, tiny.train().count());
        assertEquals(2, tiny.test().count());
        assertEquals(4, tiny.train().pixel(1, 1, 0, 0));
        assertEquals(1, tiny.test().label(0));
        assertEquals(List.of("no", "yes"), tiny.classNames());
        assertEquals("none", tiny.licence());
        assertEquals("a test", tiny.origin());
    }

    @Test
    void opensAKnownSetThatIsInstalled() throws IOException {
        TinySet.write(installed.resolve("tiny"), true);

        assertEquals(3, catalogue.locate(TinySet.KNOWN).open().train().count());
        assertEquals(
                new DataPlace.Folder(installed.resolve("tiny")),
                catalogue.locate(TinySet.KNOWN).place());
    }

    @Test
    void prefersTheStoreWhenItIsComplete() throws IOException {
        TinySet.write(installed.resolve("tiny"), true);
        TinySet.write(store.resolve("tiny"), true);
        assertEquals(
                new DataPlace.Folder(store.resolve("tiny")),
                catalogue.locate(TinySet.KNOWN).place());

        Files.delete(store.resolve("tiny").resolve("train-labels-idx1-ubyte.gz"));
        assertEquals(
                new DataPlace.Folder(installed.resolve("tiny")),
                catalogue.locate(TinySet.KNOWN).place());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mnist", "fashion-mnist"})
    void saysHowToFetchWhatIsNotThere(String name) {
        assertRefused(
                name,
                "The data set '" + name + "' has not been fetched; './equipoise data fetch " + name + "' puts it into '"
                        + store.resolve(name) + "'.");
    }

    @Test
    void saysHowToCompleteASet() throws IOException {
        Path folder = TinySet.write(store.resolve("tiny"), false);
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), new byte[7]);

        BadInputException refusal = assertThrows(
                BadInputException.class, () -> catalogue.locate(TinySet.KNOWN).open());

        assertEquals(
                "The data set 'tiny' in '" + folder + "' lacks files or has some of the wrong size;"
                        + " './equipoise data fetch tiny' completes it.",
                refusal.getMessage());
    }

    @Test
    void refusesAKnownSetWithOtherContent() throws IOException {
        Path folder = TinySet.write(store.resolve("tiny"), false);
        Path changed = Files.write(folder.resolve("t10k-images-idx3-ubyte"), TinySet.changed(IdxPart.TEST_IMAGES));

        BadInputException refusal = assertThrows(
                BadInputException.class, () -> catalogue.locate(TinySet.KNOWN).open());

        assertTrue(
                refusal.getMessage().startsWith("'" + changed + "' does not have the SHA-256"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("./equipoise data fetch tiny"), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "mnits, ', perhaps ''mnist'' was meant'",
        "MNIST, ', perhaps ''mnist'' was meant'",
        "Fashion_MNIST, ', perhaps ''fashion-mnist'' was meant'",
        "digit, ', perhaps ''digits'' was meant'",
        "imagenet, ''",
        "'', ''"
    })
    void namesTheSetsThereAre(String name, String guess) {
        assertRefused(
                name,
                "No data set is called '" + name + "'" + guess + "; " + NAMES
                        + " or a folder of IDX or CIFAR files was expected.");
    }

    @Test
    void refusesANameThatCannotBeAPath() {
        assertRefused(
                "a\0b", "No data set is called 'a\0b'; " + NAMES + " or a folder of IDX or CIFAR files was expected.");
    }

    @Test
    void opensAFolderOfRawFiles() throws IOException {
        Path folder = TinySet.write(temporary.resolve("mine"), false);

        Dataset mine = catalogue.open(folder.toString());

        assertEquals(folder.toString(), mine.name());
        assertEquals(3, mine.train().count());
        assertEquals(2, mine.test().count());
        assertEquals(List.of("0", "1"), mine.classNames());
        assertEquals("not stated", mine.licence());
        assertTrue(mine.origin().contains(folder.toString()), mine.origin());
    }

    @Test
    void opensAFolderWhateverItsFilesAreNamed() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("mixed"));
        byte[] colours = {1, 2, 3, 4, 5, 6};
        Files.write(
                folder.resolve("train-images-idx4-ubyte"),
                IdxWriter.raw(new IdxArray(new int[] {1, 1, 2, 3}, colours)));
        Files.write(
                folder.resolve("t10k-images.idx4-ubyte.gz"),
                IdxWriter.gzip(IdxWriter.raw(new IdxArray(new int[] {1, 1, 2, 3}, colours))));
        byte[] label = IdxWriter.raw(new IdxArray(new int[] {1}, new byte[] {0}));
        byte[] otherLabel = IdxWriter.raw(new IdxArray(new int[] {1}, new byte[] {4}));
        Files.write(folder.resolve("train-labels.idx1-ubyte"), label);
        Files.write(folder.resolve("t10k-labels-idx1-ubyte.gz"), IdxWriter.gzip(otherLabel));

        Dataset mixed = catalogue.open(folder.toString());

        assertEquals(3, mixed.train().channels());
        assertEquals(6, mixed.test().pixel(0, 0, 1, 2));
        assertEquals(5, mixed.train().classes());
    }

    @Test
    void saysWhichFileAFolderLacks() throws IOException {
        Path folder = TinySet.write(temporary.resolve("mine"), false);
        Files.delete(folder.resolve("t10k-images-idx3-ubyte"));

        assertRefused(
                folder.toString(),
                "'" + folder + "' has no file t10k-images-idx3-ubyte, raw or .gz;"
                        + " a folder with the four files of an IDX data set was expected.");
    }

    @Test
    void saysWhichSplitDoesNotFit() throws IOException {
        Path folder = TinySet.write(temporary.resolve("mine"), false);
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), TinySet.raw(IdxPart.TRAIN_LABELS));

        assertRefused(
                folder.toString(),
                "'" + folder + " test' has 2 images and 3 labels; one label for each image was expected.");
    }

    @Test
    void refusesAFile() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        assertRefused(
                file.toString(),
                "'" + file + "' is a file; a folder with the four files of an IDX data set was expected.");
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        Path missing = temporary.resolve("missing");

        assertRefused(
                missing.toString(),
                "There is no folder '" + missing + "'; a folder with the four files of an IDX data set was expected.");
    }

    @Test
    void listsWhatIsThereAndWhatIsNot() throws IOException {
        Files.createDirectories(store.resolve("mnist"));
        Files.write(store.resolve("mnist").resolve("train-labels-idx1-ubyte"), new byte[60_008]);
        for (IdxPart part : IdxPart.values()) {
            Path folder = Files.createDirectories(installed.resolve("fashion-mnist"));
            Files.createFile(folder.resolve(part.fileName() + ".gz"));
        }

        List<LocatedDataset> entries = catalogue.list();

        assertEquals(
                List.of(NAMES.split(", ")),
                entries.stream().map(entry -> entry.set().name()).toList());
        assertEquals(
                List.of(
                        LocatedDataset.State.BUNDLED,
                        LocatedDataset.State.INCOMPLETE,
                        LocatedDataset.State.PRESENT,
                        LocatedDataset.State.ABSENT,
                        LocatedDataset.State.ABSENT),
                entries.stream().map(LocatedDataset::state).toList());
        assertEquals(
                List.of(
                        "bundled with Equipoise",
                        store.resolve("mnist").toString(),
                        installed.resolve("fashion-mnist").toString(),
                        store.resolve("cifar10").toString(),
                        store.resolve("cifar100").toString()),
                entries.stream().map(LocatedDataset::where).toList());
        assertEquals(60_000, entries.get(1).set().trainImages());
        assertEquals(10_000, entries.get(1).set().testImages());
        assertEquals("MIT", entries.get(2).set().licence());
    }

    @Test
    void listsRawFilesOfAnotherSizeAsIncomplete() throws IOException {
        Path folder = Files.createDirectories(store.resolve("mnist"));
        for (IdxPart part : IdxPart.values()) {
            Files.write(folder.resolve(part.fileName()), new byte[9]);
        }

        assertEquals(LocatedDataset.State.INCOMPLETE, catalogue.list().get(1).state());
        assertEquals(LocatedDataset.State.ABSENT, catalogue.list().get(2).state());
    }

    @Test
    void knowsTheSizesOfTheFiles() {
        for (KnownDataset set : List.of(KnownDataset.MNIST, KnownDataset.FASHION_MNIST)) {
            assertEquals(
                    List.of(47_040_016L, 60_008L, 7_840_016L, 10_008L),
                    set.files().stream().map(KnownFile::bytes).toList());
        }
        assertEquals(
                List.of(3_920_016L, 5_008L, 784_016L, 1_008L),
                KnownDataset.DIGITS.files().stream().map(KnownFile::bytes).toList());
    }

    @Test
    void verifiesEachFile() throws IOException {
        Path folder = store.resolve("tiny");
        TinySet.write(folder, false);
        Files.write(folder.resolve("train-images-idx3-ubyte"), TinySet.changed(IdxPart.TRAIN_IMAGES));
        Files.delete(folder.resolve("train-labels-idx1-ubyte"));
        byte[] zipped = IdxWriter.gzip(TinySet.raw(IdxPart.TEST_IMAGES));
        zipped[zipped.length - 8] ^= 1;
        Files.delete(folder.resolve("t10k-images-idx3-ubyte"));
        Files.write(folder.resolve("t10k-images-idx3-ubyte.gz"), zipped);

        List<FileCheck> checks = catalogue.locate(TinySet.KNOWN).verify();

        long images = TinySet.raw(IdxPart.TRAIN_IMAGES).length;
        long labels = TinySet.raw(IdxPart.TRAIN_LABELS).length;
        assertEquals(
                new FileCheck(
                        "train-images",
                        folder.resolve("train-images-idx3-ubyte").toString(),
                        true,
                        images,
                        images,
                        false,
                        null),
                checks.get(0));
        assertEquals(
                new FileCheck(
                        "train-labels",
                        folder.resolve("train-labels-idx1-ubyte").toString(),
                        false,
                        0,
                        labels,
                        false,
                        null),
                checks.get(1));
        assertTrue(checks.get(2).present());
        assertEquals(Boolean.FALSE, checks.get(2).sha256Ok());
        assertEquals(Boolean.TRUE, checks.get(3).sha256Ok());
        assertEquals(TinySet.raw(IdxPart.TEST_LABELS).length, checks.get(3).bytes());
    }

    @Test
    void verifiesKnownSetsOnly() {
        BadInputException refusal = assertThrows(BadInputException.class, () -> catalogue.find("mnits"));

        assertEquals(
                "No data set is called 'mnits', perhaps 'mnist' was meant; "
                        + NAMES.replace(", cifar100", " or cifar100") + " was expected.",
                refusal.getMessage());
    }

    @Test
    void verifiesAnAbsentSetAsAbsent() {
        List<FileCheck> checks = catalogue.find("mnist").verify();

        assertEquals(4, checks.size());
        assertTrue(checks.stream().noneMatch(FileCheck::present));
    }

    private void assertRefused(String nameOrFolder, String message) {
        BadInputException refusal = assertThrows(BadInputException.class, () -> catalogue.open(nameOrFolder));
        assertEquals(message, refusal.getMessage());
    }
}

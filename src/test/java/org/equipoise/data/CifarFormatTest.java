package org.equipoise.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarFormatTest {
    private static final int PLANE = 32 * 32;

    @TempDir
    Path temporary;

    private Path folder = Path.of("");
    private Catalogue catalogue = new Catalogue(Path.of(""), List.of());

    @BeforeEach
    void fillFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("photographs"));
        catalogue = new Catalogue(temporary.resolve("store"), List.of(temporary.resolve("system")));
        for (int batch = 1; batch <= 5; batch++) {
            Files.write(folder.resolve("data_batch_" + batch + ".bin"), records(1, 2, batch));
        }
        Files.write(folder.resolve("test_batch.bin"), records(1, 3, 9));
    }

    /** Records whose pixels tell where they belong: the first byte of a plane is image, channel and seed. */
    private static byte[] records(int labelBytes, int count, int seed) {
        int length = labelBytes + 3 * PLANE;
        byte[] file = new byte[count * length];
        for (int i = 0; i < count; i++) {
            file[i * length] = 5;
            file[i * length + labelBytes - 1] = (byte) ((i + seed) % 10);
            for (int channel = 0; channel < 3; channel++) {
                for (int position = 0; position < PLANE; position++) {
                    file[i * length + labelBytes + channel * PLANE + position] =
                            (byte) (100 * channel + 10 * i + seed + position % 7);
                }
            }
        }
        return file;
    }

    @Test
    void readsImagesChannelByChannelAndFileByFile() {
        Dataset set = catalogue.open(folder.toString());
        assertEquals(10, set.train().count());
        assertEquals(3, set.test().count());
        assertEquals(3, set.train().channels());
        assertEquals(32, set.train().width());
        assertEquals("airplane", set.classNames().getFirst());
        for (int image = 0; image < 10; image++) {
            int seed = 1 + image / 2;
            assertEquals((image % 2 + seed) % 10, set.train().label(image));
            for (int channel = 0; channel < 3; channel++) {
                int expected = 100 * channel + 10 * (image % 2) + seed + (2 * 32 + 5) % 7;
                assertEquals(expected, set.train().pixel(image, 2, 5, channel));
            }
        }
    }

    @Test
    void thePythonVersionIsNamed() throws IOException {
        Path ten = Files.createDirectory(temporary.resolve("ten"));
        for (String name : List.of("batches.meta", "data_batch_1", "data_batch_2", "test_batch")) {
            Files.write(ten.resolve(name), new byte[] {(byte) 0x80, 2, '}', '.'});
        }
        assertNamed(ten, "the Python version of CIFAR-10", "cifar-10-binary.tar.gz (data_batch_1.bin");
        Path hundred = Files.createDirectory(temporary.resolve("many"));
        for (String name : List.of("meta", "train", "test")) {
            Files.write(hundred.resolve(name), new byte[] {(byte) 0x80, 2, '}', '.'});
        }
        assertNamed(hundred, "the Python version of CIFAR-100", "cifar-100-binary.tar.gz (train.bin");
        Files.write(folder.resolve("data_batch_1"), new byte[1]);
        Files.write(folder.resolve("test_batch"), new byte[1]);
        assertEquals(10, catalogue.open(folder.toString()).train().count());
    }

    private void assertNamed(Path of, String version, String instead) {
        String message = assertThrows(BadInputException.class, () -> catalogue.open(of.toString()))
                .getMessage();
        assertTrue(message.contains(version) && message.contains(instead), message);
    }

    @Test
    void theFineLabelOfCifar100IsTheClass() throws IOException {
        Path hundred = Files.createDirectory(temporary.resolve("hundred"));
        Files.write(hundred.resolve("train.bin"), records(2, 4, 3));
        Files.write(hundred.resolve("test.bin"), records(2, 1, 1));
        Dataset set = catalogue.open(hundred.toString());
        assertEquals(100, set.train().classes());
        assertEquals(3, set.train().label(0));
        assertEquals(203 + 1, set.train().pixel(0, 0, 1, 2));
    }

    @Test
    void aNamedSetMustBeWhole() throws IOException {
        assertRefused("cifar10", "The data set 'cifar10' is not whole in '" + temporary.resolve("store/cifar10"));
        Path system = Files.createDirectories(temporary.resolve("system/cifar100"));
        sparse(system.resolve("train.bin"), 50_000L * 3074);
        assertEquals(LocatedDataset.State.INCOMPLETE, state("cifar100", system));
        sparse(system.resolve("test.bin"), 10_000L * 3074);
        assertEquals(LocatedDataset.State.PRESENT, state("cifar100", system));
        LocatedDataset last = catalogue.find("cifar100");
        assertEquals("cifar100", last.set().name());
        assertEquals(system.toString(), last.where());
        assertEquals(50_000, last.set().trainImages());
    }

    private static LocatedDataset.State state(String name, Path folder) {
        DataPlace.Folder place = new DataPlace.Folder(folder);
        return new LocatedDataset(KnownDataset.named(name).orElseThrow(), place, place).state();
    }

    private static void sparse(Path file, long bytes) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(bytes);
        }
    }

    @Test
    void whatIsMissingCutOffOrForeignIsSaid() throws IOException {
        Files.write(folder.resolve("data_batch_3.bin"), new byte[3072]);
        assertRefused(folder.toString(), "holds 3072 bytes; a whole number of records of 3073 bytes was expected");
        Files.write(folder.resolve("data_batch_3.bin"), new byte[0]);
        assertRefused(folder.toString(), "holds 0 bytes");
        byte[] foreign = new byte[3073];
        foreign[0] = 10;
        Files.write(folder.resolve("data_batch_3.bin"), foreign);
        assertRefused(folder.toString(), "is 10; a class between 0 and 9 was expected");
        Files.delete(folder.resolve("data_batch_3.bin"));
        assertRefused(folder.toString(), "has no file data_batch_3.bin; a folder with data_batch_1.bin");
    }

    @Test
    void eachFileIsChecked() throws IOException {
        CifarFormat format = new CifarFormat(1);
        KnownDataset small = new KnownDataset(
                "small",
                "a few photographs",
                KnownDataset.named("cifar10").orElseThrow().classNames(),
                "none",
                "a test",
                10,
                3,
                format,
                format.files(
                        2, List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin")),
                format.files(3, List.of("test_batch.bin")),
                new KnownDataset.UserFolder("the files"));
        Files.write(folder.resolve("data_batch_2.bin"), records(1, 1, 2));
        Files.delete(folder.resolve("data_batch_3.bin"));
        byte[] foreign = records(1, 2, 4);
        foreign[3073] = 10;
        Files.write(folder.resolve("data_batch_4.bin"), foreign);
        DataPlace.Folder place = new DataPlace.Folder(folder);

        List<FileCheck> checks = new LocatedDataset(small, place, place).verify();

        assertEquals(
                List.of(
                        check("data-batch-1", true, 2 * 3073, 2 * 3073, null),
                        check("data-batch-2", true, 3073, 2 * 3073, "3073 bytes; 6146 were expected"),
                        check("data-batch-3", false, 0, 2 * 3073, null),
                        check(
                                "data-batch-4",
                                true,
                                2 * 3073,
                                2 * 3073,
                                "label 1 is 10; a class between 0 and 9 was expected"),
                        check("test-batch", true, 3 * 3073, 3 * 3073, null)),
                checks);
        assertEquals(
                List.of(true, false, false, false, true),
                checks.stream().map(FileCheck::right).toList());
    }

    private FileCheck check(String part, boolean present, long bytes, long expected, @Nullable String problem) {
        String where = folder.resolve(part.replace('-', '_') + ".bin").toString();
        return new FileCheck(part, where, present, bytes, expected, null, problem);
    }

    private void assertRefused(String name, String complaint) {
        BadInputException e = assertThrows(BadInputException.class, () -> catalogue.open(name));
        assertTrue(e.getMessage().contains(complaint), e.getMessage());
        assertTrue(e.getMessage().endsWith("."), e.getMessage());
    }
}

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarSetTest {
    private static final int PLANE = 32 * 32;

    @TempDir
    Path temporary;

    private Path folder = Path.of("");
    private Catalogue catalogue = new Catalogue(new DataFolders(Path.of(""), List.of()));

    @BeforeEach
    void fillFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("photographs"));
        catalogue = new Catalogue(new DataFolders(temporary.resolve("store"), List.of(temporary.resolve("system"))));
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
        assertEquals(DatasetState.INCOMPLETE, CifarSet.CIFAR100.state(system));
        sparse(system.resolve("test.bin"), 10_000L * 3074);
        assertEquals(DatasetState.PRESENT, CifarSet.CIFAR100.state(system));
        CatalogueEntry entry = catalogue.list().getLast();
        assertEquals("cifar100", entry.name());
        assertEquals(system.toString(), entry.where());
        assertEquals(50_000, entry.trainImages());
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

    private void assertRefused(String name, String complaint) {
        BadInputException e = assertThrows(BadInputException.class, () -> catalogue.open(name));
        assertTrue(e.getMessage().contains(complaint), e.getMessage());
        assertTrue(e.getMessage().endsWith("."), e.getMessage());
    }
}

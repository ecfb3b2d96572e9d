package org.equipoise.interop;

import static org.equipoise.interop.Damage.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzFileTest {
    @TempDir
    Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        Path path = folder.resolve("a.npz");
        NpzFile.write(path, arrays());
        Map<String, NpyArray> read = NpzFile.read(path);
        assertEquals(List.of("x", "layers.0.weight"), List.copyOf(read.keySet()));
        assertArrayEquals(new float[] {1, 2}, floats(read, "x"));
        assertArrayEquals(new float[] {3}, floats(read, "layers.0.weight"));

        byte[] first = Files.readAllBytes(path);
        NpzFile.write(path, arrays());
        assertArrayEquals(first, Files.readAllBytes(path));
    }

    @Test
    void readsCompressedArchives() throws IOException {
        Path path = zip(Map.of("zeros.npy", npy(NpyArray.float32(Shape.of(1000), new float[1000]))));
        assertArrayEquals(new float[1000], floats(NpzFile.read(path), "zeros"));
        assertEquals(0, NpzFile.read(zip(Map.of())).size());
    }

    @Test
    void refusesWhatIsNoArchiveOfArrays() throws IOException {
        Path foreign = Files.write(folder.resolve("foreign.npz"), new byte[100]);
        assertRefused(() -> NpzFile.read(foreign), "foreign.npz", "not an .npz file");
        assertRefused(() -> NpzFile.read(Files.createFile(folder.resolve("empty"))), "not an .npz file");
        assertRefused(() -> NpzFile.read(folder), "a folder");
        assertRefused(() -> NpzFile.read(folder.resolve("none")), "does not exist");
        Path note = zip(Map.of("note.txt", new byte[3]));
        assertRefused(() -> NpzFile.read(note), "'note.txt'", ".npy");
        Path broken = zip(Map.of("x.npy", new byte[3]));
        assertRefused(() -> NpzFile.read(broken), "test.npz ('x')", "not a NumPy file");
    }

    @Test
    void refusesMoreThanTheLimits() throws IOException {
        Path path = zip(Map.of("bomb.npy", new byte[1_000_000], "x.npy", new byte[10]));
        assertRefused(() -> NpzFile.read(path, 1, 1L << 40), "holds 2 arrays", "at most 1");
        assertRefused(() -> NpzFile.read(path, 2, 1_000_009), "more than the 1000009 bytes");
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        Damage.everyTruncationIsRefused(stored(), reader());
        Damage.everyTruncationIsRefused(deflated(), reader());
    }

    @Test
    void survivesEveryFlippedBit() throws IOException {
        Damage.everyBitFlipIsHarmless(stored(), reader());
        Damage.everyBitFlipIsHarmless(deflated(), reader());
    }

    @Test
    void refusesNamesThatCannotBeWritten() {
        assertThrows(
                IllegalArgumentException.class,
                () -> NpzFile.write(
                        folder.resolve("a.npz"), Map.of("n".repeat(70_000), NpyArray.float32(Shape.of(), 1))));
    }

    private byte[] stored() throws IOException {
        Path path = folder.resolve("stored.npz");
        NpzFile.write(path, Map.of("x", NpyArray.float32(Shape.of(2), 1, 2)));
        return Files.readAllBytes(path);
    }

    private byte[] deflated() throws IOException {
        return Files.readAllBytes(zip(Map.of("x.npy", npy(NpyArray.float32(Shape.of(2), 1, 2)))));
    }

    private Consumer<byte[]> reader() {
        Path path = folder.resolve("damaged.npz");
        return bytes -> {
            try {
                // Truncating a file instead makes some file systems flush it each time.
                Files.deleteIfExists(path);
                Files.write(path, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            NpzFile.read(path);
        };
    }

    private static Map<String, NpyArray> arrays() {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("x", NpyArray.float32(Shape.of(2), 1, 2));
        arrays.put("layers.0.weight", NpyArray.float32(Shape.of(1, 1), 3));
        return arrays;
    }

    private static float[] floats(Map<String, NpyArray> arrays, String name) {
        NpyArray array = arrays.get(name);
        return array == null ? new float[0] : array.floats();
    }

    private byte[] npy(NpyArray array) throws IOException {
        Path path = folder.resolve("one.npy");
        NpyFile.write(path, array);
        return Files.readAllBytes(path);
    }

    private Path zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return Files.write(folder.resolve("test.npz"), out.toByteArray());
    }
}

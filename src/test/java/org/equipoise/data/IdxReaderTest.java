package org.equipoise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.stream.Stream;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxReaderTest {
    private static final byte[] SMALL = IdxWriter.raw(array(2, 3));

    @TempDir
    Path folder;

    static Stream<Arguments> shapes() {
        return Stream.of(
                Arguments.of((Object) new int[] {7}),
                Arguments.of((Object) new int[] {2, 3}),
                Arguments.of((Object) new int[] {3, 5, 7}),
                Arguments.of((Object) new int[] {2, 5, 4, 3}));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void readsOneToFourDimensionsRawAndGzippedWhateverTheName(int[] shape) throws IOException {
        IdxArray written = array(shape);
        Path raw = file("raw.gz", IdxWriter.raw(written));
        Path gzipped = file("zipped", IdxWriter.gzip(IdxWriter.raw(written)));

        for (Path path : new Path[] {raw, gzipped}) {
            IdxArray read = IdxReader.read(path);
            assertArrayEquals(shape, read.shape());
            assertArrayEquals(written.values(), read.values());
        }
    }

    @Test
    void readsGzipOfSeveralMembers() throws IOException {
        byte[] first = IdxWriter.gzip(Arrays.copyOf(SMALL, 13));
        byte[] second = IdxWriter.gzip(Arrays.copyOfRange(SMALL, 13, SMALL.length));

        assertArrayEquals(
                array(2, 3).values(),
                IdxReader.read(file("two", join(first, second))).values());
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        assertRefused(new byte[0], "is empty");
    }

    @ParameterizedTest
    @CsvSource({"89,50", "0,1", "1,0"})
    void refusesAnotherBeginning(String first, String second) throws IOException {
        byte[] bytes = SMALL.clone();
        bytes[0] = (byte) Integer.parseInt(first, 16);
        bytes[1] = (byte) Integer.parseInt(second, 16);

        assertRefused(bytes, "two zero bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "09, signed bytes",
        "0b, 16-bit integers",
        "0c, 32-bit integers",
        "0d, 32-bit floats",
        "0e, 64-bit floats",
        "0a, an unknown type",
        "ff, an unknown type"
    })
    void refusesOtherTypes(String type, String meaning) throws IOException {
        byte[] bytes = SMALL.clone();
        bytes[2] = (byte) Integer.parseInt(type, 16);

        assertRefused(bytes, "type 0x" + type + " (" + meaning + ")");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 255})
    void refusesOtherNumbersOfDimensions(int dimensions) throws IOException {
        byte[] bytes = Arrays.copyOf(SMALL, 2000);
        bytes[3] = (byte) dimensions;

        assertRefused(bytes, "declares " + dimensions + " dimensions");
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "2, 0", "-1, 3", "-2147483648, -2147483648"})
    void refusesDimensionsBelowOne(int first, int second) throws IOException {
        assertRefused(header(first, second), "declares the dimensions " + first + " × " + second);
    }

    @Test
    void refusesMoreValuesThanItWouldEverRead() throws IOException {
        assertRefused(header(1 << 15, (1 << 15) + 1), "at most 1073741824 were expected");
        assertRefused(header(1 << 16, 1 << 16, 1, 1), "at most 1073741824 were expected");
        int most = Integer.MAX_VALUE;
        assertRefused(header(most, most, most, most), "at most 1073741824 were expected");
    }

    @Test
    void takesNoMemoryOnTheWordOfAHeader() throws IOException {
        Path raw = file("raw", join(header(1 << 30), new byte[100]));
        Path gzipped = file("zipped", IdxWriter.gzip(join(header(1 << 30), new byte[100])));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        assertRefused(raw, "ends after 100 of the 1073741824 values");
        assertRefused(gzipped, "ends after 100 of the 1073741824 values");

        long taken = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(taken < 4 << 20, taken + " bytes were allocated");
    }

    @Test
    void refusesEveryCutOfARawFile() throws IOException {
        for (int length = 1; length < SMALL.length; length++) {
            assertRefused(Arrays.copyOf(SMALL, length), length < 12 ? "ends within its header" : "ends after");
        }
    }

    @Test
    void refusesEveryCutOfAGzipFile() throws IOException {
        byte[] whole = IdxWriter.gzip(SMALL);
        for (int length = 2; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length), "is a gzip file that ends too early");
        }
    }

    @Test
    void refusesEveryChangeOfGzipData() throws IOException {
        byte[] whole = IdxWriter.gzip(SMALL);
        int header = 10;
        for (int i = header; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x10;
            Path path = file("changed", changed);
            BadInputException refusal = assertThrows(BadInputException.class, () -> IdxReader.read(path));
            assertOneSentenceAbout(path, refusal);
        }
    }

    @Test
    void refusesAWrongChecksum() throws IOException {
        byte[] whole = IdxWriter.gzip(SMALL);
        whole[whole.length - 8] ^= 1;

        assertRefused(whole, "is a corrupt gzip file");
    }

    @Test
    void refusesTrailingBytes() throws IOException {
        byte[] longer = join(SMALL, new byte[1]);

        assertRefused(longer, "goes on after the 6 values");
        assertRefused(IdxWriter.gzip(longer), "goes on after the 6 values");
    }

    @Test
    void refusesBytesAfterTheGzipData() throws IOException {
        for (int length = 1; length <= 40; length++) {
            byte[] rest = new byte[length];
            rest[length - 1] = 1;
            assertRefused(join(IdxWriter.gzip(SMALL), rest), "is a corrupt gzip file");
            Arrays.fill(rest, (byte) 'x');
            assertRefused(join(IdxWriter.gzip(SMALL), rest), "is a corrupt gzip file");
        }
    }

    @Test
    void zerosAfterTheGzipDataArePadding() throws IOException {
        byte[] whole = IdxWriter.gzip(SMALL);
        byte[] second = IdxWriter.gzip(Arrays.copyOfRange(SMALL, 13, SMALL.length));
        byte[] first = IdxWriter.gzip(Arrays.copyOf(SMALL, 13));
        for (int length : new int[] {1, 2, 8, 9, 17, 18, 26, 27, 512, 10240, 1 << 16, (1 << 16) + 3}) {
            byte[] zeros = new byte[length];
            assertArrayEquals(
                    array(2, 3).values(),
                    IdxReader.read(file("padded.gz", join(whole, zeros))).values());
            assertArrayEquals(
                    array(2, 3).values(),
                    IdxReader.read(file("two.gz", join(join(first, second), zeros)))
                            .values());
            assertRefused(join(whole, join(zeros, new byte[] {7})), "is a corrupt gzip file");
        }
    }

    /** Around the place where the JDK's buffer of 65,536 bytes ends, whatever follows is noticed too. */
    @Test
    void noticesWhatFollowsWhereABufferEnds() throws IOException {
        byte[] values = new byte[65_000];
        new java.util.Random(1).nextBytes(values);
        IdxArray noise = new IdxArray(new int[] {values.length}, values);
        byte[] zipped = IdxWriter.gzip(IdxWriter.raw(noise));
        for (int bytes = (1 << 16) - 30; bytes <= (1 << 16) + 10; bytes++) {
            // A comment of the gzip header makes the file as long as wanted.
            byte[] comment = new byte[bytes - zipped.length];
            Arrays.fill(comment, 0, comment.length - 1, (byte) 'c');
            byte[] named = zipped.clone();
            named[3] |= 0x10;
            byte[] file = join(join(Arrays.copyOf(named, 10), comment), Arrays.copyOfRange(named, 10, named.length));
            assertArrayEquals(values, IdxReader.read(file("noise", file)).values());
            assertArrayEquals(
                    values,
                    IdxReader.read(file("noise", join(file, new byte[3]))).values());
            assertRefused(join(file, new byte[] {'a', 'b'}), "is a corrupt gzip file");
            assertRefused(join(file, new byte[] {0x1f}), "is a corrupt gzip file");
        }
    }

    @Test
    void imagesMayBeFloats() throws IOException {
        ByteBuffer floats =
                ByteBuffer.allocate(12 + 2 * 4).putInt(0x0d02).putInt(1).putInt(2);
        floats.putFloat(0.25f).putFloat(1);
        IdxFloats read = (IdxFloats) IdxReader.readImages(file("floats", floats.array()));
        assertArrayEquals(new float[] {0.25f, 1}, read.values());
        assertArrayEquals(new int[] {1, 2}, read.shape());
        ByteBuffer doubles = ByteBuffer.allocate(8 + 2 * 8).putInt(0x0e01).putInt(2);
        doubles.putDouble(0.1).putDouble(0.5);
        assertArrayEquals(
                new float[] {0.1f, 0.5f},
                ((IdxFloats) IdxReader.readImages(file("doubles", doubles.array()))).values());
        Path cut = file("cut", Arrays.copyOf(doubles.array(), 17));
        String message = assertThrows(BadInputException.class, () -> IdxReader.readImages(cut))
                .getMessage();
        assertTrue(message.contains("ends after 1 of the 2 values"), message);
        Path signed = file("signed", new byte[] {0, 0, 9, 1, 0, 0, 0, 1, 5});
        message = assertThrows(BadInputException.class, () -> IdxReader.readImages(signed))
                .getMessage();
        assertTrue(message.contains("0x09 (signed bytes); unsigned bytes (0x08) or floats (0x0d, 0x0e)"), message);
    }

    @Test
    void labelsMayBeThoseOfQmnist() throws IOException {
        ByteBuffer labels =
                ByteBuffer.allocate(12 + 2 * 8 * 4).putInt(0x0c02).putInt(2).putInt(8);
        for (int i = 0; i < 16; i++) {
            labels.putInt(i == 0 ? 7 : i == 8 ? 3 : 1000 + i);
        }
        IdxArray read = IdxReader.readLabels(Files.newInputStream(file("labels", labels.array())), "labels");
        assertArrayEquals(new byte[] {7, 3}, read.values());
        assertArrayEquals(new int[] {2}, read.shape());
        labels.putInt(12, 256);
        Path wrong = file("wrong", labels.array());
        String message = assertThrows(
                        BadInputException.class, () -> IdxReader.readLabels(Files.newInputStream(wrong), "wrong"))
                .getMessage();
        assertTrue(message.contains("Label 0 of 'wrong' is 256"), message);
        labels.putInt(4, 4).putInt(8, 4);
        Path columns = file("columns", labels.array());
        message = assertThrows(
                        BadInputException.class, () -> IdxReader.readLabels(Files.newInputStream(columns), "columns"))
                .getMessage();
        assertTrue(message.contains("N × 8 as QMNIST has them"), message);
    }

    @Test
    void refusesAFolder() {
        assertRefused(folder, "is a folder");
    }

    @Test
    void refusesAMissingFile() {
        assertRefused(folder.resolve("missing"), "no such file or folder exists");
    }

    @Test
    void refusesADevice() {
        Path device = Path.of("/dev/zero");
        assumeTrue(Files.exists(device), "this system has no /dev/zero");

        assertRefused(device, "is a device or pipe");
    }

    @Test
    void refusesAFileItMayNotRead() throws IOException {
        Path path = file("secret", SMALL);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(path), "this user may read everything");

        assertRefused(path, "permission was denied");
    }

    @Test
    void refusesAStreamThatFails() {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is on fire");
            }
        };

        BadInputException refusal = assertThrows(BadInputException.class, () -> IdxReader.read(failing, "some.idx"));

        assertOneSentenceAbout(Path.of("some.idx"), refusal);
        assertTrue(refusal.getMessage().contains("the disk is on fire"), refusal.getMessage());
    }

    @Test
    void hashesTheFileItCameFrom() throws IOException {
        // printf '\0\0\x08\x01\0\0\0\x03abc' | sha256sum
        IdxArray abc = new IdxArray(new int[] {3}, new byte[] {'a', 'b', 'c'});

        assertEquals("379a7afbfd9f0de0a36184463dd209c260f4582821ea2e5e4c40c7eb713dbda2", abc.fileSha256());
    }

    @Test
    void anArrayHasAsManyValuesAsItsShapeSays() {
        assertThrows(IllegalArgumentException.class, () -> new IdxArray(new int[] {2, 3}, new byte[5]));
    }

    private void assertRefused(byte[] content, String reason) throws IOException {
        assertRefused(file("some file.idx", content), reason);
    }

    private static void assertRefused(Path path, String reason) {
        BadInputException refusal = assertThrows(BadInputException.class, () -> IdxReader.read(path));
        assertOneSentenceAbout(path, refusal);
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    private static void assertOneSentenceAbout(Path path, BadInputException refusal) {
        String message = refusal.getMessage();
        assertTrue(message.contains("'" + path + "'"), message);
        assertTrue(message.endsWith("expected."), message);
        assertTrue(!message.contains("\n") && !message.contains(". "), message);
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private static IdxArray array(int... shape) {
        byte[] values = new byte[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) (250 + 37 * i);
        }
        return new IdxArray(shape, values);
    }

    private static byte[] header(int... shape) {
        ByteBuffer header = ByteBuffer.allocate(4 + 4 * shape.length).putInt(0x0800 | shape.length);
        for (int dimension : shape) {
            header.putInt(dimension);
        }
        return header.array();
    }

    private static byte[] join(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}

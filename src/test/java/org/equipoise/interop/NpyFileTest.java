package org.equipoise.interop;

import static org.equipoise.interop.Damage.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFileTest {
    private static final String NAME = "x.npy";

    @TempDir
    Path folder;

    @Test
    void writesTheFormatByteForByte() throws IOException {
        Path path = folder.resolve(NAME);
        NpyFile.write(path, NpyArray.float32(Shape.of(2), 1, -2));
        String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
        assertArrayEquals(
                npy(1, dictionary + " ".repeat(117 - dictionary.length()) + "\n", new byte[] {
                    0, 0, -128, 63, 0, 0, 0, -64
                }),
                Files.readAllBytes(path));
    }

    @Test
    void readsWhatItWrote() {
        Path path = folder.resolve(NAME);
        NpyFile.write(path, NpyArray.float32(Shape.of(1, 3), 0.5f, -1, 3e38f));
        assertEquals(Shape.of(1, 3), NpyFile.read(path).shape());
        assertArrayEquals(new float[] {0.5f, -1, 3e38f}, NpyFile.read(path).floats());

        NpyFile.write(path, NpyArray.int64(Shape.of(2), Long.MIN_VALUE, 7));
        assertEquals(Dtype.I64, NpyFile.read(path).dtype());
        assertArrayEquals(new long[] {Long.MIN_VALUE, 7}, NpyFile.read(path).longs());

        NpyFile.write(path, NpyArray.uint8(Shape.of(), (byte) 200));
        assertEquals(Shape.of(), NpyFile.read(path).shape());
        assertArrayEquals(new float[] {200}, NpyFile.read(path).floats());

        NpyFile.write(path, NpyArray.float32(Shape.of(0, 5)));
        assertEquals(0, NpyFile.read(path).floats().length);

        float[] many = new float[100_003];
        many[100_002] = 1;
        NpyFile.write(path, NpyArray.float32(Shape.of(100_003), many));
        assertArrayEquals(many, NpyFile.read(path).floats());
    }

    @Test
    void alignsTheDataWhateverTheShape() throws IOException {
        Path path = folder.resolve(NAME);
        for (int rank = 0; rank < 60; rank++) {
            long[] ones = new long[rank];
            Arrays.fill(ones, 1);
            NpyFile.write(path, NpyArray.float32(Shape.of(ones), 1));
            assertEquals(4, Files.size(path) % 64);
            assertEquals(Shape.of(ones), NpyFile.read(path).shape());
        }
    }

    @ParameterizedTest
    @CsvSource({"|b1, 1", "<b1, 1", "|u1, 129", "|i1, -127", "<i2, 1", "<i4, 1", "<i8, 1", "<f4, 1", "<f8, 1"})
    void readsEveryTypeInBothByteOrders(String descr, float expected) {
        int width = descr.charAt(2) - '0';
        byte[] little = switch (descr.substring(1)) {
            case "f4" ->
                bytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(1));
            case "f8" ->
                bytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(1));
            case "u1", "i1" -> new byte[] {(byte) 0x81};
            default -> bytes(ByteBuffer.allocate(width).put(0, (byte) 1));
        };
        byte[] big = new byte[width];
        for (int i = 0; i < width; i++) {
            big[i] = little[width - 1 - i];
        }
        NpyArray fromLittle = read(1, header(descr, false, "()"), little);
        NpyArray fromBig = read(1, header(">" + descr.substring(1), false, "()"), big);
        assertArrayEquals(new float[] {expected}, fromLittle.floats());
        assertArrayEquals(new float[] {expected}, fromBig.floats());
        assertEquals(fromLittle.dtype(), fromBig.dtype());
        if (fromLittle.dtype().isInteger()) {
            assertArrayEquals(new long[] {(long) expected}, fromBig.longs());
        } else {
            assertRefused(fromBig::longs, NAME, "integers");
        }
    }

    @Test
    void transposesColumnMajorArrays() {
        byte[] columnMajor = new byte[24];
        byte[] expected = new byte[24];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 3; j++) {
                for (int k = 0; k < 4; k++) {
                    columnMajor[i + 2 * j + 6 * k] = (byte) (100 * i + 10 * j + k);
                    expected[12 * i + 4 * j + k] = (byte) (100 * i + 10 * j + k);
                }
            }
        }
        NpyArray read = read(1, header("|u1", true, "(2, 3, 4)"), columnMajor);
        assertEquals(MemorySegment.ofArray(expected).mismatch(read.data()), -1);
        assertEquals(Shape.of(2, 3, 4), read.shape());

        assertArrayEquals(
                new long[] {1, 3, 2, 4},
                read(1, header(">i2", true, "(2, 2)"), new byte[] {0, 1, 0, 2, 0, 3, 0, 4})
                        .longs());
        assertArrayEquals(
                new long[] {1, 2},
                read(1, header("|u1", true, "(2,)"), new byte[] {1, 2}).longs());
        assertEquals(0, read(1, header("|u1", true, "(2, 0, 3)"), new byte[0]).longs().length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'shape': (2,), 'descr': '|u1', 'fortran_order': False}\n",
                "{\"shape\":(2,),\"descr\":\"|u1\",\"fortran_order\":False,}\n",
                " { 'shape' : ( 2 , ) , 'descr' : '|u1' , 'fortran_order' : False , } \n",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1, ), }      \n",
            })
    void readsHeadersHoweverSpaced(String header) {
        for (int version = 1; version <= 3; version++) {
            assertArrayEquals(
                    new long[] {7, 8}, read(version, header, new byte[] {7, 8}).longs());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "`` ! character 0",
                "{} ! without descr",
                "{'descr': '|u1', 'fortran_order': False} ! without descr, fortran_order or shape",
                "{'descr': '|O', 'fortran_order': False, 'shape': (2,)} ! Python objects",
                "{'descr': '<U3', 'fortran_order': False, 'shape': (2,)} ! values of type <U3",
                "{'descr': '<c8', 'fortran_order': False, 'shape': (2,)} ! values of type <c8",
                "{'descr': '<f16', 'fortran_order': False, 'shape': (2,)} ! values of type <f16",
                "{'descr': '<M8[s]', 'fortran_order': False, 'shape': (2,)} ! one of b1, u1, i1, i2, u2, f2, i4, u4, f4, i8, u8, f8",
                "{'descr': '|f4', 'fortran_order': False, 'shape': (2,)} ! values of type |f4",
                "{'descr': 'f4', 'fortran_order': False, 'shape': (2,)} ! values of type f4",
                "{'descr': '', 'fortran_order': False, 'shape': (2,)} ! values of type ",
                "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)} ! records",
                "{'descr': '|\\x75', 'fortran_order': False, 'shape': (2,)} ! a plain string",
                "{'descr': '|u1, 'fortran_order': False, 'shape': (2,)} ! expected",
                "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (2,)} ! each once",
                "{'descr': '|u1', 'fortran_order': false, 'shape': (2,)} ! True or False",
                "{'descr': '|u1', 'fortran_order': 0, 'shape': (2,)} ! True or False",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2)} ! a comma",
                "{'descr': '|u1', 'fortran_order': False, 'shape': [2]} ! '('",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)} ! a size",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (,)} ! a size",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2.0,)} ! a comma",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (1 2)} ! a comma",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (9223372036854775808,)} ! a size",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296)} ! fewer than 2^63",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296,)} ! at most 2^31",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (268435456,)} ! at most 2^31",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}} ! a line feed",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2,) ! '}'",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (3,)} ! cut short",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)} ! goes on",
                "{'descr': '|u1', 'fortran_order': False, 'shape': ()} ! goes on",
            })
    void refusesHeaders(String header, String words) {
        assertRefused(() -> read(1, header + "\n", new byte[2]), NAME, words.strip());
    }

    @Test
    void refusesForeignFiles() {
        assertRefused(() -> NpyFile.read(new byte[0], NAME), NAME, "not a NumPy file");
        assertRefused(() -> NpyFile.read(new byte[200], NAME), NAME, "not a NumPy file");
        assertRefused(() -> read(0, "{}\n", new byte[0]), NAME, "version 0.0");
        assertRefused(() -> read(4, "{}\n", new byte[0]), NAME, "version 4.0");
        byte[] huge = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1};
        assertRefused(() -> NpyFile.read(huge, NAME), NAME, "4294967295");
        assertRefused(() -> read(1, header("|u1", false, "()").replace("\n", ""), new byte[1]), "a line feed");
        assertRefused(() -> NpyFile.read(folder), "a folder", "a NumPy file");
        assertRefused(() -> NpyFile.read(folder.resolve("none.npy")), "does not exist");
    }

    @Test
    void refusesAnArrayThatIsNoArray() {
        assertThrows(IllegalArgumentException.class, () -> NpyArray.float32(Shape.of(3), 1, 2));
        assertThrows(
                IllegalArgumentException.class,
                () -> new NpyArray("a", Dtype.I16, Shape.of(1), MemorySegment.ofArray(new byte[3])));
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        Damage.everyTruncationIsRefused(small(), bytes -> NpyFile.read(bytes, NAME));
    }

    @Test
    void survivesEveryFlippedBit() throws IOException {
        int refused = Damage.everyBitFlipIsHarmless(small(), bytes -> {
            NpyArray read = NpyFile.read(bytes, NAME);
            assertEquals(read.shape().elements(), read.floats().length);
        });
        assertTrue(refused > 800, "only " + refused);
    }

    private byte[] small() throws IOException {
        Path path = folder.resolve("small.npy");
        NpyFile.write(path, NpyArray.float32(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
        return Files.readAllBytes(path);
    }

    private static String header(String descr, boolean fortran, String shape) {
        return "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape
                + ", }\n";
    }

    private static NpyArray read(int version, String header, byte[] data) {
        return NpyFile.read(npy(version, header, data), NAME);
    }

    private static byte[] npy(int version, String header, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        int length = header.length();
        out.writeBytes(new byte[] {(byte) length, (byte) (length >> 8)});
        if (version > 1) {
            out.writeBytes(new byte[2]);
        }
        out.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(data);
        return out.toByteArray();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        return buffer.array();
    }
}

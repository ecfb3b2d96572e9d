package org.equipoise.interop;

import static org.equipoise.interop.Damage.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsRefusalTest {
    private static final String NAME = "model.safetensors";

    @TempDir
    Path folder;

    @Test
    void readsTheSmallestFiles() {
        assertTrue(read("{}", 0).tensors().isEmpty());
        assertEquals(
                1,
                read("{\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}   ", 1)
                        .tensors()
                        .size());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 100_000_001, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void refusesHeaderLengths(long length) {
        assertRefused(() -> SafetensorsFile.read(file(length, "{}", 0), NAME), NAME, "header length");
    }

    @Test
    void refusesForeignFiles() {
        assertRefused(() -> SafetensorsFile.read(new byte[0], NAME), NAME, "holds 0 bytes");
        assertRefused(() -> SafetensorsFile.read(new byte[7], NAME), NAME, "holds 7 bytes");
        assertRefused(() -> SafetensorsFile.read(file(3, "{}", 0), NAME), NAME, "cut short");
        assertRefused(() -> read("[]", 0), NAME, "'{'");
        assertRefused(() -> read(" {}", 0), NAME, "'{'");
        assertRefused(
                () -> SafetensorsFile.read(new byte[] {3, 0, 0, 0, 0, 0, 0, 0, '{', (byte) 0xFF, '}'}, NAME),
                NAME,
                "UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':                                                         | JSON",
                "{'a'                                                         | JSON",
                "{'a':1}                                                      | tensor 'a'",
                "{'a':[]}                                                     | tensor 'a'",
                "{}x                                                          | JSON",
                "{}{}                                                         | nothing but spaces",
                "{'a':{}}                                                     | tensor 'a' is not fully described",
                "{'a':{'dtype':'U8','shape':[0]}}                             | tensor 'a' is not fully described",
                "{'a':{'dtype':'U8','dtype':'U8'}}                            | 'dtype' too many",
                "{'a':{'colour':1}}                                           | 'colour' too many",
                "{'a':{'dtype':8,'shape':[0],'data_offsets':[0,0]}}           | dtype of tensor 'a'",
                "{'a':{'dtype':'U8','shape':0,'data_offsets':[0,0]}}          | shape of tensor 'a'",
                "{'a':{'dtype':'U8','shape':[-1],'data_offsets':[0,0]}}       | shape of tensor 'a'",
                "{'a':{'dtype':'U8','shape':[1.0],'data_offsets':[0,0]}}      | shape of tensor 'a'",
                "{'a':{'dtype':'U8','shape':['1'],'data_offsets':[0,0]}}      | shape of tensor 'a'",
                "{'a':{'dtype':'U8','shape':[[1]],'data_offsets':[0,0]}}      | shape of tensor 'a'",
                "{'a':{'dtype':'U8','shape':[9223372036854775808],'data_offsets':[0,0]}} | shape of tensor 'a'",
                "{'a':{'dtype':'U8','shape':[4294967296,4294967296],'data_offsets':[0,0]}} | multiplies to 2^63",
                "{'a':{'dtype':'F64','shape':[2305843009213693952],'data_offsets':[0,0]}} | tensor 'a' spans 0 bytes",
                "{'a':{'dtype':'U8','shape':[0],'data_offsets':[0]}}          | data_offsets [0]",
                "{'a':{'dtype':'U8','shape':[0],'data_offsets':[0,0,0]}}      | data_offsets [0, 0, 0]",
                "{'a':{'dtype':'U8','shape':[0],'data_offsets':[1,0]}}        | data_offsets [1, 0]",
                "{'a':{'dtype':'U8','shape':[0],'data_offsets':[-1,0]}}       | data_offsets of tensor 'a'",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,8]}}       | tensor 'a' spans 8 bytes",
                "{'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]},'a':{'dtype':'U8','shape':[0],'data_offsets':[8,8]}} "
                        + "| names tensor 'a' twice",
                "{'a':{'dtype':'U8','shape':[9],'data_offsets':[0,9]}}        | cut short: tensor 'a'",
                "{'a':{'dtype':'U8','shape':[7],'data_offsets':[0,7]}}        | 8 bytes of data",
                "{'a':{'dtype':'U8','shape':[7],'data_offsets':[1,8]}}        | leaves a gap",
                "{'a':{'dtype':'U8','shape':[5],'data_offsets':[0,5]},'b':{'dtype':'U8','shape':[4],'data_offsets':[4,8]}} "
                        + "| tensor 'b' begin at byte 4 of the data, which overlaps",
                "{}                                                           | 8 bytes of data",
                "{'__metadata__':1}                                           | __metadata__",
                "{'__metadata__':{'k':1}}                                     | entry 'k'",
                "{'__metadata__':{'k':'v','k':'w'}}                           | 'k' twice",
                "{'__metadata__':{},'__metadata__':{}}                        | __metadata__ twice",
            })
    void refusesHeaders(String header, String words) {
        assertRefused(() -> read(header.replace('\'', '"'), 8), NAME, words);
    }

    @Test
    void typesOfTensorsThatNobodyAsksForMayBeAny() {
        String others = "'odd':{'dtype':'Q4','shape':[3],'data_offsets':[4,6]},"
                + "'small':{'dtype':'u8','shape':[0],'data_offsets':[6,6]},"
                + "'pairs':{'dtype':'C64','shape':[1],'data_offsets':[6,14]}";
        SafetensorsFile file =
                read(("{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}," + others + "}").replace('\'', '"'), 14);

        assertEquals(1, file.floats("a").length);
        assertEquals(2, file.bytes("odd").length);
        assertRefused(() -> file.floats("odd"), NAME, "tensor 'odd' of dtype 'Q4'", "F32, F64, F16 or BF16");
        assertRefused(() -> file.floats("small"), "dtype 'u8'");
        assertRefused(() -> file.longs("pairs"), "dtype 'C64'");
        assertRefused(() -> read("{\"a\":{\"dtype\":\"Q4\",\"shape\":[1],\"data_offsets\":[0,9]}}", 8), "cut short");
    }

    @Test
    void refusesMonstrousJsonWithoutOtherExceptions() {
        assertRefused(() -> read("{\"a\":" + "[".repeat(100_000) + "}", 0), NAME);
        assertRefused(() -> read("{\"" + "n".repeat(100_000) + "\":1}", 0), NAME);
        assertRefused(() -> read("{\"a\":{\"shape\":[" + "9".repeat(100_000) + "]}}", 0), NAME);
        assertRefused(() -> read("{\"\\u0007\\n\":1}", 0), NAME, "'??'");
    }

    @Test
    void refusesWhatTheFileDoesNotHave() {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int i = 0; i < 12; i++) {
            writer.add("layers." + i + ".weight", Shape.of(2, 3), new float[6]);
        }
        SafetensorsFile file = SafetensorsFile.read(
                writer.add("labels", Shape.of(1), new long[1])
                        .add("big", Dtype.U64, Shape.of(1), new byte[] {0, 0, 0, 0, 0, 0, 0, -1})
                        .toBytes(),
                NAME);

        assertRefused(
                () -> file.floats("layers.3.wieght"),
                NAME,
                "no tensor 'layers.3.wieght'",
                "perhaps 'layers.3.weight' was meant",
                "'layers.0.weight', ",
                "and 6 more");
        assertRefused(() -> file.longs("nothing like it"), "it has 'layers.0.weight'");
        assertRefused(() -> file.bytes("nothing like it"), "no tensor");
        assertRefused(
                () -> file.floats("layers.0.weight", Shape.of(3, 2)), NAME, "'layers.0.weight'", "[2, 3]", "[3, 2]");
        assertRefused(() -> file.floats("labels"), "'labels' of dtype I64", "F32");
        assertRefused(() -> file.longs("layers.0.weight"), "'layers.0.weight' of dtype F32", "integers");
        assertRefused(() -> file.longs("big"), "'big'", "18374686479671623680");
        assertRefused(() -> SafetensorsFile.read(file(2, "{}", 0), NAME).floats("a"), "it has nothing");
    }

    @Test
    void refusesPathsThatAreNoFile() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.safetensors"));
        assertRefused(() -> SafetensorsFile.open(folder), "is a folder", "a safetensors file");
        assertRefused(() -> SafetensorsFile.open(folder.resolve("none")), "does not exist");
        assertRefused(() -> SafetensorsFile.open(empty), "empty.safetensors", "0 bytes");
    }

    @Test
    void refusesEveryTruncation() {
        Damage.everyTruncationIsRefused(small(), bytes -> SafetensorsFile.read(bytes, NAME));
    }

    @Test
    void survivesEveryFlippedBit() {
        byte[] whole = small();
        int refused = Damage.everyBitFlipIsHarmless(whole, bytes -> {
            SafetensorsFile file = SafetensorsFile.read(bytes, NAME);
            for (TensorEntry entry : file.tensors().values()) {
                assertEquals(
                        entry.byteSize(),
                        (entry.dtype().isFloat() ? file.floats(entry.name()).length : file.longs(entry.name()).length)
                                * (long) entry.dtype().bytes());
            }
        });
        assertTrue(refused > whole.length, "only " + refused);
    }

    private static byte[] small() {
        return new SafetensorsWriter()
                .metadata("seed", "0")
                .add("w", Shape.of(2, 3), new float[] {1, 2, 3, 4, 5, 6})
                .add("b", Shape.of(2), new long[] {1, 2})
                .toBytes();
    }

    private static SafetensorsFile read(String header, int dataBytes) {
        int length = header.getBytes(StandardCharsets.UTF_8).length;
        return SafetensorsFile.read(file(length, header, dataBytes), NAME);
    }

    private static byte[] file(long headerLength, String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerLength)
                .put(text)
                .array();
    }
}

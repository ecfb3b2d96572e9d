package org.equipoise.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsRoundTripTest {
    @TempDir
    Path folder;

    @Test
    void writesTheFormatByteForByte() {
        byte[] bytes = new SafetensorsWriter()
                .add("w", Shape.of(1, 2), new float[] {1, -2})
                .metadata("a", "b")
                .toBytes();

        String header =
                "{\"__metadata__\":{\"a\":\"b\"},\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}";
        int length = Math.ceilDiv(header.length(), 8) * 8;
        ByteBuffer expected = ByteBuffer.allocate(8 + length + 8).order(ByteOrder.LITTLE_ENDIAN);
        expected.putLong(length).put((header + " ".repeat(length - header.length())).getBytes(StandardCharsets.UTF_8));
        expected.putFloat(1).putFloat(-2);
        assertArrayEquals(expected.array(), bytes);
    }

    @Test
    void readsWhatItWrote() {
        Path path = folder.resolve("model.safetensors");
        float[] many = randomFloats(40_000);
        new SafetensorsWriter()
                .metadata("seed", "7")
                .metadata("note", "ε = 0.1, \"quoted\"\n")
                .add("flags", Dtype.BOOL, Shape.of(3), new byte[] {1, 0, 1})
                .add("many", Shape.of(400, 100), many)
                .add("labels", Shape.of(2), new long[] {Long.MIN_VALUE, 9})
                .add("counts", Shape.of(2, 1), new int[] {-1, 5})
                .add("scalar", Shape.of(), new float[] {0.5f})
                .add("ünïcode/l0", Shape.of(0, 4), new float[0])
                .writeTo(path);

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertEquals(Map.of("seed", "7", "note", "ε = 0.1, \"quoted\"\n"), file.metadata());
            assertEquals(
                    List.of("flags", "many", "labels", "counts", "scalar", "ünïcode/l0"),
                    List.copyOf(file.tensors().keySet()));
            assertArrayEquals(new long[] {1, 0, 1}, file.longs("flags"));
            assertArrayEquals(new byte[] {1, 0, 1}, file.bytes("flags"));
            assertArrayEquals(many, file.floats("many", Shape.of(400, 100)));
            assertArrayEquals(new long[] {Long.MIN_VALUE, 9}, file.longs("labels"));
            assertArrayEquals(new long[] {-1, 5}, file.longs("counts"));
            assertArrayEquals(new float[] {0.5f}, file.floats("scalar", Shape.of()));
            assertEquals(0, file.floats("ünïcode/l0").length);
            assertEquals(new TensorEntry("labels", Dtype.I64, Shape.of(2), 0, 16), file.tensor("labels"));
        }
    }

    @Test
    void alignsEveryTensorToItsValues() {
        byte[] bytes = new SafetensorsWriter()
                .add("a", Dtype.U8, Shape.of(3), new byte[3])
                .add("b", Dtype.F16, Shape.of(1), new byte[2])
                .add("c", Shape.of(1), new float[1])
                .add("d", Shape.of(1), new long[1])
                .toBytes();
        for (TensorEntry entry : SafetensorsFile.read(bytes, "bytes").tensors().values()) {
            assertEquals(0, entry.begin() % entry.dtype().bytes(), entry.name());
        }
        assertEquals(0, (bytes.length - 17) % 8);
    }

    @Test
    void writesTheSameBytesForTheSameContent() throws IOException {
        Path path = folder.resolve("again.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter().metadata("k", "v").add("w", Shape.of(5), randomFloats(5));
        writer.writeTo(path);
        byte[] first = Files.readAllBytes(path);
        writer.writeTo(path);
        assertArrayEquals(first, Files.readAllBytes(path));
        assertArrayEquals(first, writer.toBytes());
    }

    @Test
    void passesBetweenOffHeapMemories() {
        int count = 50_001;
        float[] values = randomFloats(count);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocate(4L * count + 12);
            MemorySegment.copy(values, 0, from, ValueLayout.JAVA_FLOAT, 12, count);
            byte[] bytes =
                    new SafetensorsWriter().add("w", Shape.of(count), from, 12).toBytes();
            SafetensorsFile file = SafetensorsFile.read(bytes, "bytes");
            assertArrayEquals(values, file.floats("w"));

            MemorySegment to = arena.allocate(4L * count + 8);
            file.copyFloats("w", Shape.of(count), to, 4);
            assertArrayEquals(values, to.asSlice(4, 4L * count).toArray(ValueLayout.JAVA_FLOAT));
            assertEquals(0, to.get(ValueLayout.JAVA_FLOAT, 0));
            assertEquals(0, to.get(ValueLayout.JAVA_FLOAT, 4L * count + 4));
            assertThrows(IndexOutOfBoundsException.class, () -> file.copyFloats("w", Shape.of(count), to, 12));
        }
    }

    @Test
    void convertsEveryFloatingPointType() {
        short[] halves = {0x3C00, (short) 0xC000, 0x0001, 0x7C00, (short) 0x8000};
        short[] upperHalves = {0x3F80, (short) 0xC000, 0x0001, 0x7F80, (short) 0x8000};
        ByteBuffer f16 = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer bf16 = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        f16.asShortBuffer().put(halves);
        bf16.asShortBuffer().put(upperHalves);
        ByteBuffer f64 = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        f64.putDouble(0.1).putDouble(1e300);
        SafetensorsFile file = SafetensorsFile.read(
                new SafetensorsWriter()
                        .add("f16", Dtype.F16, Shape.of(5), f16.array())
                        .add("bf16", Dtype.BF16, Shape.of(5), bf16.array())
                        .add("f64", Dtype.F64, Shape.of(2), f64.array())
                        .toBytes(),
                "bytes");

        float inf = Float.POSITIVE_INFINITY;
        assertArrayEquals(new float[] {1, -2, 0x1p-24f, inf, -0f}, file.floats("f16"));
        assertArrayEquals(new float[] {1, -2, 0x1p-133f, inf, -0f}, file.floats("bf16"));
        assertArrayEquals(new float[] {0.1f, inf}, file.floats("f64"));
    }

    @Test
    void convertsEveryIntegerType() {
        byte[] ones = {-1, -1, -1, -1, -1, -1, -1, 0x7F};
        SafetensorsFile file = SafetensorsFile.read(
                new SafetensorsWriter()
                        .add("u8", Dtype.U8, Shape.of(8), ones)
                        .add("i8", Dtype.I8, Shape.of(8), ones)
                        .add("u16", Dtype.U16, Shape.of(4), ones)
                        .add("i16", Dtype.I16, Shape.of(4), ones)
                        .add("u32", Dtype.U32, Shape.of(2), ones)
                        .add("i32", Dtype.I32, Shape.of(2), ones)
                        .add("u64", Dtype.U64, Shape.of(1), ones)
                        .add("bool", Dtype.BOOL, Shape.of(8), ones)
                        .toBytes(),
                "bytes");
        assertArrayEquals(new long[] {255, 255, 255, 255, 255, 255, 255, 127}, file.longs("u8"));
        assertArrayEquals(new long[] {-1, -1, -1, -1, -1, -1, -1, 127}, file.longs("i8"));
        assertArrayEquals(new long[] {65535, 65535, 65535, 32767}, file.longs("u16"));
        assertArrayEquals(new long[] {-1, -1, -1, 32767}, file.longs("i16"));
        assertArrayEquals(new long[] {0xFFFFFFFFL, 0x7FFFFFFF}, file.longs("u32"));
        assertArrayEquals(new long[] {-1, 0x7FFFFFFF}, file.longs("i32"));
        assertArrayEquals(new long[] {Long.MAX_VALUE}, file.longs("u64"));
        assertArrayEquals(new long[] {1, 1, 1, 1, 1, 1, 1, 1}, file.longs("bool"));
    }

    @Test
    void refusesContentThatMakesNoFile() {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("k", "v").add("w", Shape.of(1), new float[1]);
        assertThrows(IllegalArgumentException.class, () -> writer.add("w", Shape.of(1), new float[1]));
        assertThrows(IllegalArgumentException.class, () -> writer.add("x", Shape.of(2), new float[1]));
        assertThrows(IllegalArgumentException.class, () -> writer.add("__metadata__", Shape.of(1), new float[1]));
        assertThrows(IllegalArgumentException.class, () -> writer.metadata("k", "w"));
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> writer.add("y", Shape.of(2), MemorySegment.ofArray(new float[2]), 4));
        assertThrows(
                IllegalStateException.class,
                () -> new SafetensorsWriter().metadata("k", "\uD800").toBytes());
    }

    private static float[] randomFloats(int count) {
        Random random = new Random(1);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}

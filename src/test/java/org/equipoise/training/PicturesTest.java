package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.equipoise.config.ImageShape;
import org.equipoise.data.IdxArray;
import org.equipoise.data.IdxWriter;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.Dtype;
import org.equipoise.interop.NpyArray;
import org.equipoise.interop.NpyFile;
import org.equipoise.interop.Shape;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of every kind of file: which value is where. */
class PicturesTest {
    private static final ImageShape GREY = new ImageShape(1, 2, 3);
    private static final ImageShape COLOUR = new ImageShape(3, 2, 3);

    @TempDir
    Path folder;

    private interface Expected {
        double at(int image, int row, int column, int channel);
    }

    /** All values of all images, written behind a slot that stays as it is. */
    private static void check(Pictures pictures, int count, ImageShape shape, Expected expected) {
        assertEquals(count, pictures.count());
        LayerLayout layout = LayerLayout.ofImage(shape.channels(), shape.height(), shape.width());
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor target = new FloatTensor(
                    arena.allocate(FloatTensor.floatsNeeded(layout, count + 1) * Float.BYTES, 64), layout, count + 1);
            for (int image = 0; image < count; image++) {
                pictures.fill(image, target, image + 1);
            }
            for (int row = 0; row < shape.height(); row++) {
                for (int column = 0; column < shape.width(); column++) {
                    for (int channel = 0; channel < shape.channels(); channel++) {
                        int index = layout.index(row * shape.width() + column, channel);
                        assertEquals(0f, target.get(0, index));
                        for (int image = 0; image < count; image++) {
                            assertEquals(expected.at(image, row, column, channel), target.get(image + 1, index), 1e-6);
                        }
                    }
                }
            }
        }
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (250 - 7 * i);
        }
        return bytes;
    }

    @Test
    void bytesOfIdxFilesLieByRowColumnAndChannel() throws IOException {
        byte[] grey = IdxWriter.raw(new IdxArray(new int[] {2, 2, 3}, bytes(12)));
        Expected ofGrey = (image, row, column, channel) -> (250 - 7 * (6 * image + 3 * row + column)) / 255.0;
        check(Pictures.read(write("grey.idx", grey), GREY), 2, GREY, ofGrey);
        check(Pictures.read(write("grey.gz", IdxWriter.gzip(grey)), GREY), 2, GREY, ofGrey);
        byte[] colour = IdxWriter.raw(new IdxArray(new int[] {1, 2, 3, 3}, bytes(18)));
        check(
                Pictures.read(write("colour.idx", colour), COLOUR),
                1,
                COLOUR,
                (image, row, column, channel) -> (250 - 7 * (9 * row + 3 * column + channel)) / 255.0);
        assertRefused(write("grey.idx", grey), COLOUR, "has shape [2, 2, 3]; [N, 2, 3, 3]");
        assertRefused(write("other.idx", grey), new ImageShape(1, 3, 2), "has shape [2, 2, 3]; [N, 3, 2]");
    }

    @Test
    void numbersOfNumpyFilesLieByChannelRowAndColumn() {
        Path file = folder.resolve("x.npy");
        NpyFile.write(file, NpyArray.uint8(Shape.of(1, 3, 2, 3), bytes(18)));
        check(
                Pictures.read(file, COLOUR),
                1,
                COLOUR,
                (image, row, column, channel) -> (250 - 7 * (6 * channel + 3 * row + column)) / 255.0);
        NpyFile.write(file, NpyArray.float32(Shape.of(2, 2, 3), 0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 1, 0, 0, 0, 0, 0.9f));
        double[] values = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 1, 0, 0, 0, 0, 0.9};
        check(
                Pictures.read(file, GREY),
                2,
                GREY,
                (image, row, column, channel) -> values[6 * image + 3 * row + column]);
        NpyFile.write(file, NpyArray.float32(Shape.of(1, 2, 3), 0, 0, 0, 0, 0, 1.001f));
        assertRefused(file, GREY, "holds the value 1.001; numbers in [0, 1]");
        NpyFile.write(file, NpyArray.float32(Shape.of(1, 2, 3), 0, 0, -0.001f, 0, 0, 1));
        assertRefused(file, GREY, "holds the value -0.001; numbers in [0, 1]");
        NpyFile.write(file, NpyArray.int64(Shape.of(1, 2, 3), 0, 0, 0, 0, 0, 1));
        assertRefused(file, GREY, "holds integers of type");
        NpyFile.write(file, NpyArray.float32(Shape.of(1, 2, 3), 0, 0, Float.NaN, 0, 0, 1));
        assertRefused(file, GREY, "holds the value NaN; numbers in [0, 1]");
        NpyFile.write(file, NpyArray.float32(Shape.of(0, 2, 3)));
        assertRefused(file, GREY, "with at least one image was expected");
        NpyFile.write(file, NpyArray.float32(Shape.of(1, 2, 3), 0, 0, 0, 0, 0, 1));
        assertRefused(file, COLOUR, "[N, 3, 2, 3]");
    }

    private static final double[] RAMP = {0, 0.2, 0.4, 0.6, 0.8, 1};

    private static final Expected OF_RAMP = (image, row, column, channel) -> RAMP[3 * row + column];

    private static NpyArray array(Dtype dtype, Shape shape, int... bits) {
        byte[] data = new byte[bits.length * dtype.bytes()];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (bits[i / dtype.bytes()] >> 8 * (i % dtype.bytes()));
        }
        return new NpyArray("x", dtype, shape, MemorySegment.ofArray(data));
    }

    @Test
    void numbersOfNumpyFilesMayBeOfOtherTypes() {
        Path file = folder.resolve("x.npy");
        int[] halves = new int[6];
        for (int i = 0; i < 6; i++) {
            halves[i] = Float.floatToFloat16((float) RAMP[i]);
        }
        NpyFile.write(file, array(Dtype.F16, Shape.of(1, 2, 3), halves));
        check(
                Pictures.read(file, GREY),
                1,
                GREY,
                (image, row, column, channel) -> Float.float16ToFloat((short) halves[3 * row + column]));
        NpyFile.write(file, array(Dtype.U16, Shape.of(1, 2, 3), 0, 51, 102, 153, 204, 255));
        check(Pictures.read(file, GREY), 1, GREY, OF_RAMP);
        NpyFile.write(file, array(Dtype.U16, Shape.of(1, 2, 3), 0, 13107, 26214, 39321, 52428, 65535));
        check(Pictures.read(file, GREY), 1, GREY, OF_RAMP);
        NpyFile.write(file, array(Dtype.BOOL, Shape.of(1, 2, 3), 0, 1, 1, 0, 0, 1));
        check(Pictures.read(file, GREY), 1, GREY, (image, row, column, channel) -> 0x26 >> 3 * row + column & 1);
        for (Dtype dtype : new Dtype[] {Dtype.I8, Dtype.I16, Dtype.I32, Dtype.U32, Dtype.U64}) {
            NpyFile.write(file, array(dtype, Shape.of(1, 2, 3), 0, 1, 0, 0, 0, 1));
            assertRefused(
                    file,
                    GREY,
                    "integers of type " + dtype
                            + ", whose scale nobody knows; float16, float32 or float64 in [0, 1], bool, uint8 or uint16");
        }
    }

    @Test
    void roundingIsTakenAwayAndOneImageIsOne() throws IOException {
        Path file = folder.resolve("x.npy");
        float[] rounded = {-1e-6f, 0.2f, 0.4f, 0.6f, 0.8f, 1.0000002f};
        NpyFile.write(file, NpyArray.float32(Shape.of(2, 3), rounded));
        check(Pictures.read(file, GREY), 1, GREY, OF_RAMP);
        ByteBuffer idx =
                ByteBuffer.allocate(12 + 6 * 4).putInt(0x0d02).putInt(2).putInt(3);
        for (float value : rounded) {
            idx.putFloat(value);
        }
        check(Pictures.read(write("one.idx", idx.array()), GREY), 1, GREY, OF_RAMP);
        assertRefused(write("high.idx", idx.putFloat(12, 1.1f).array()), GREY, "holds the value 1.1");
        NpyFile.write(file, NpyArray.uint8(Shape.of(3, 2, 3), bytes(18)));
        check(
                Pictures.read(file, COLOUR),
                1,
                COLOUR,
                (image, row, column, channel) -> (250 - 7 * (6 * channel + 3 * row + column)) / 255.0);
        assertRefused(
                write("signed.idx", new byte[] {0, 0, 9, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0}),
                GREY,
                "signed bytes");
    }

    @Test
    void aPngIsOnePicture() throws IOException {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < 2; row++) {
            for (int column = 0; column < 3; column++) {
                image.setRGB(column, row, 40 * row << 16 | 50 * column << 8 | 200);
            }
        }
        Path file = folder.resolve("x.png");
        assertTrue(ImageIO.write(image, "png", file.toFile()));
        check(
                Pictures.read(file, COLOUR),
                1,
                COLOUR,
                (number, row, column, channel) -> new double[] {40 * row, 50 * column, 200}[channel] / 255);
        assertRefused(file, new ImageShape(2, 2, 3), "images of 1 or 3 channels were expected");
    }

    @Test
    void whatIsNoPictureIsRefused() throws IOException {
        assertRefused(folder.resolve("none"), GREY, "does not exist");
        assertRefused(folder, GREY, "is a folder or device");
        assertRefused(write("short", new byte[] {0, 0}), GREY, "is no PNG, IDX or NumPy file");
        assertRefused(write("text", "words".getBytes(StandardCharsets.UTF_8)), GREY, "is no PNG, IDX or NumPy file");
    }

    private static void assertRefused(Path file, ImageShape shape, String words) {
        String message = String.valueOf(assertThrows(BadInputException.class, () -> Pictures.read(file, shape))
                .getMessage());
        assertTrue(message.contains(words), message);
    }
}

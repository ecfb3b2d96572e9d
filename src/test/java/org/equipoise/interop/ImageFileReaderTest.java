package org.equipoise.interop;

import static org.equipoise.interop.Damage.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFileReaderTest {
    private static final byte GREY = 0;
    private static final byte COLOUR = 2;
    private static final byte GREY_ALPHA = 4;
    private static final byte COLOUR_ALPHA = 6;

    @TempDir
    Path folder;

    @Test
    void keepsTheValuesOfGreyImages() {
        byte[] ramp = new byte[256];
        byte[] rows = new byte[16 * 17];
        for (int i = 0; i < 256; i++) {
            ramp[i] = (byte) i;
            rows[i / 16 * 17 + 1 + i % 16] = (byte) i;
        }
        Path file = png(16, 16, 8, GREY, rows);
        assertArrayEquals(ramp, ImageFileReader.read(file, 1, 16, 16));
        byte[] colour = ImageFileReader.read(file, 3, 16, 16);
        for (int i = 0; i < colour.length; i++) {
            assertEquals(ramp[i / 3], colour[i]);
        }
    }

    @Test
    void readsRowsBeforeColumnsBeforeChannels() {
        Path file = png(2, 1, 8, COLOUR, 0, 1, 2, 3, 4, 5, 250);
        assertArrayEquals(bytes(1, 2, 3, 4, 5, 250), ImageFileReader.read(file, 3, 1, 2));
    }

    @Test
    void weighsColoursByTheirLuma() {
        Path file = png(5, 1, 8, COLOUR, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 77, 77, 77);
        assertArrayEquals(bytes(76, 150, 29, 255, 77), ImageFileReader.read(file, 1, 1, 5));
    }

    @Test
    void readsEveryDepth() {
        assertArrayEquals(bytes(255, 0, 255), ImageFileReader.read(png(3, 1, 1, GREY, 0, 0xA0), 1, 1, 3));
        assertArrayEquals(bytes(0, 85, 170, 255), ImageFileReader.read(png(4, 1, 2, GREY, 0, 0x1B), 1, 1, 4));
        assertArrayEquals(bytes(0, 255, 136), ImageFileReader.read(png(3, 1, 4, GREY, 0, 0x0F, 0x80), 1, 1, 3));
        assertArrayEquals(
                bytes(0, 255, 128), ImageFileReader.read(png(3, 1, 16, GREY, 0, 0, 0, 255, 255, 128, 128), 1, 1, 3));
        assertArrayEquals(
                bytes(0, 255, 1), ImageFileReader.read(png(1, 1, 16, COLOUR, 0, 0, 127, 255, 255, 1, 0), 3, 1, 1));
    }

    @Test
    void readsPalettes() throws IOException {
        byte[] levels = {10, (byte) 200};
        BufferedImage image = new BufferedImage(
                2, 1, BufferedImage.TYPE_BYTE_BINARY, new IndexColorModel(1, 2, levels, levels, new byte[] {10, 0}));
        image.getRaster().setSample(1, 0, 0, 1);
        Path file = folder.resolve("palette.png");
        ImageIO.write(image, "png", file.toFile());
        assertArrayEquals(bytes(10, 10, 10, 200, 200, 0), ImageFileReader.read(file, 3, 1, 2));
        assertArrayEquals(bytes(10, 177), ImageFileReader.read(file, 1, 1, 2));
    }

    @Test
    void acceptsAlphaOnlyWhereOpaque() {
        assertArrayEquals(bytes(9), ImageFileReader.read(png(1, 1, 8, GREY_ALPHA, 0, 9, 255), 1, 1, 1));
        assertArrayEquals(bytes(9, 8, 7), ImageFileReader.read(png(1, 1, 8, COLOUR_ALPHA, 0, 9, 8, 7, 255), 3, 1, 1));
        Path grey = png(2, 1, 8, GREY_ALPHA, 0, 9, 255, 9, 254);
        assertRefused(() -> ImageFileReader.read(grey, 1, 1, 2), "column 1 of row 0", "opaque");
        Path colour = png(1, 1, 8, COLOUR_ALPHA, 0, 9, 8, 7, 0);
        assertRefused(() -> ImageFileReader.read(colour, 3, 1, 1), "column 0 of row 0", "opaque");
    }

    @Test
    void refusesOtherSizes() {
        Path file = png(2, 1, 8, GREY, 0, 1, 2);
        assertRefused(() -> ImageFileReader.read(file, 1, 2, 1), "2 pixels wide and 1 high", "1 wide and 2 high");
        assertRefused(() -> ImageFileReader.read(file, 2, 1, 2), "2 channels");
        Path vast = png(Integer.MAX_VALUE, Integer.MAX_VALUE, 8, GREY, 0);
        assertRefused(() -> ImageFileReader.read(vast, 1, 28, 28), "2147483647 pixels wide");
    }

    @Test
    void refusesWhatIsNoImage() throws IOException {
        Path foreign = Files.write(folder.resolve("foreign.png"), new byte[200]);
        assertRefused(() -> ImageFileReader.read(foreign, 1, 1, 1), "foreign.png", "not a PNG image");
        assertRefused(() -> ImageFileReader.read(folder, 1, 1, 1), "a folder");
        assertRefused(() -> ImageFileReader.read(folder.resolve("none.png"), 1, 1, 1), "does not exist");
        Path longer = png(1, 1, 8, GREY, 0, 1);
        byte[] bytes = Files.readAllBytes(longer);
        Files.write(longer, ByteBuffer.allocate(bytes.length + 1).put(bytes).array());
        assertRefused(() -> ImageFileReader.read(longer, 1, 1, 1), "goes on after");
    }

    @Test
    void refusesConsistentFilesThatDoNotDecode() {
        assertRefused(() -> ImageFileReader.read(png(2, 2, 8, GREY, 0, 1, 2), 1, 2, 2), "cannot be decoded");
        assertRefused(() -> ImageFileReader.read(png(2, 1, 8, GREY, 9, 1, 2), 1, 1, 2), "cannot be decoded");
        assertRefused(() -> ImageFileReader.read(png(2, 1, 7, GREY, 0, 1, 2), 1, 1, 2), "cannot be decoded");
        assertRefused(() -> ImageFileReader.read(png(2, 1, 8, (byte) 3, 0, 1, 2), 1, 1, 2), "cannot be decoded");
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        Damage.everyTruncationIsRefused(small(), reader());
    }

    @Test
    void refusesEveryFlippedBit() throws IOException {
        byte[] whole = small();
        assertEquals(whole.length * 8, Damage.everyBitFlipIsHarmless(whole, reader()));
    }

    private byte[] small() throws IOException {
        return Files.readAllBytes(png(2, 2, 8, GREY, 0, 1, 2, 0, 3, 4));
    }

    private Consumer<byte[]> reader() {
        Path path = folder.resolve("damaged.png");
        return bytes -> {
            try {
                // Truncating a file instead makes some file systems flush it each time.
                Files.deleteIfExists(path);
                Files.write(path, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            ImageFileReader.read(path, 1, 2, 2);
        };
    }

    private Path png(int width, int height, int depth, byte colourType, int... rows) {
        return png(width, height, depth, colourType, bytes(rows));
    }

    /** Writes an image whose rows are given with the filter byte that each starts with. */
    private Path png(int width, int height, int depth, byte colourType, byte[] rows) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(deflated)) {
            deflater.write(rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put((byte) depth).put(colourType);
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        out.writeBytes(chunk("IHDR", header.array()));
        out.writeBytes(chunk("IDAT", deflated.toByteArray()));
        out.writeBytes(chunk("IEND", new byte[0]));
        try {
            return Files.write(folder.resolve("image.png"), out.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] chunk(String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
        for (char letter : type.toCharArray()) {
            chunk.put((byte) letter);
        }
        chunk.put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + data.length);
        return chunk.putInt((int) crc.getValue()).array();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}

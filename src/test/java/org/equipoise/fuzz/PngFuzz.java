package org.equipoise.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.equipoise.interop.ImageFileReader;

/** PNG images; where the first byte is odd, chunks are made here, with their checksums, of an image header and lines of pixels. */
public final class PngFuzz {
    private static final Scratch FILE = new Scratch("input.png");
    private static final int SIDE = 3;
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private PngFuzz() {}

    /**
     * @param input how it is given and how many channels are wanted, and a PNG image or what it is made of
     * @throws IOException if the temporary file cannot be written
     */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length < 2) {
            return;
        }
        ByteBuffer rest = ByteBuffer.wrap(input, 1, input.length - 1).slice();
        byte[] file = new byte[rest.remaining()];
        rest.get(file);
        FILE.write(input[0] % 2 == 0 ? file : image(file));
        Outcome.of(file, () -> ImageFileReader.read(FILE.path(), (input[0] & 2) == 0 ? 1 : 3, SIDE, SIDE));
    }

    /** The first five bytes say depth, colour type, compression, filter and interlacing; the sixth how long a palette is. */
    private static byte[] image(byte[] parts) throws IOException {
        byte[] whole = Arrays.copyOf(parts, Math.max(6, parts.length));
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(SIGNATURE);
        chunk(
                png,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(SIDE)
                        .putInt(SIDE)
                        .put(whole, 0, 5)
                        .array());
        int palette = Math.min(3 * (whole[5] & 0xFF), whole.length - 6);
        if (palette > 0) {
            chunk(png, "PLTE", Arrays.copyOfRange(whole, 6, 6 + palette));
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed, new Deflater())) {
            out.write(whole, 6 + palette, whole.length - 6 - palette);
        }
        chunk(png, "IDAT", packed.toByteArray());
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
        byte[] body = ByteBuffer.allocate(4 + data.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(data)
                .array();
        CRC32 crc = new CRC32();
        crc.update(body);
        png.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        png.writeBytes(body);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}

package org.equipoise.data.fetch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.equipoise.data.IdxWriter;

/** Makes tar archives as npm packs them. */
final class Tarball {
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream blocks = new ByteArrayOutputStream();

    Tarball file(String name, byte[] content) {
        return entry('0', "", name, content.length, content);
    }

    Tarball entry(char type, String prefix, String name, long declaredSize, byte[] content) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 124, declaredSize < 0 ? "no number" : String.format(Locale.ROOT, "%011o", declaredSize));
        header[156] = (byte) type;
        put(header, 257, "ustar\00000");
        put(header, 345, prefix);
        put(header, 148, "        ");
        int sum = 0;
        for (byte b : header) {
            sum += Byte.toUnsignedInt(b);
        }
        put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        blocks.writeBytes(header);
        blocks.writeBytes(content);
        blocks.writeBytes(new byte[Math.floorMod(-content.length, BLOCK)]);
        return this;
    }

    /** {@return the archive as it is so far, without the two empty blocks at its end} */
    byte[] unended() {
        return blocks.toByteArray();
    }

    byte[] gzipped() {
        blocks.writeBytes(new byte[2 * BLOCK]);
        return IdxWriter.gzip(blocks.toByteArray());
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }
}

package org.equipoise.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Writes what {@link IdxReader} reads. */
public final class IdxWriter {
    private IdxWriter() {}

    /**
     * @param content shape and values
     * @return the bytes of the raw IDX file
     */
    public static byte[] raw(IdxArray content) {
        int[] shape = content.shape();
        ByteBuffer file = ByteBuffer.allocate(4 + shape.length * Integer.BYTES + content.values().length);
        file.putInt(0x0800 | shape.length);
        for (int dimension : shape) {
            file.putInt(dimension);
        }
        return file.put(content.values()).array();
    }

    /**
     * @param content any bytes
     * @return them as a gzip file, compressed as far as it goes
     */
    public static byte[] gzip(byte[] content) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (OutputStream out = new BestGzip(file)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}

package org.equipoise.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.equipoise.data.IdxReader;

/** IDX files, raw and, where the first byte is odd, gzipped here: both must have the same outcome. */
public final class IdxFuzz {
    private IdxFuzz() {}

    /**
     * @param input whether to gzip, and an IDX file
     */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] file = Arrays.copyOfRange(input, 1, input.length);
        boolean raw = Outcome.of(file, () -> IdxReader.read(new ByteArrayInputStream(file), "input"));
        boolean gzip = file.length > 1 && file[0] == 0x1f && file[1] == (byte) 0x8b;
        if (input[0] % 2 != 0 && !gzip) {
            byte[] packed = gzip(file);
            boolean same = Outcome.of(file, () -> IdxReader.read(new ByteArrayInputStream(packed), "input"));
            if (raw != same) {
                throw new AssertionError("Readable raw: " + raw + ", gzipped: " + same);
            }
        }
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}

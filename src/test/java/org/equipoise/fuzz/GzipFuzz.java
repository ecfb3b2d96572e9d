package org.equipoise.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.equipoise.data.Gunzip;

/** Gzip streams as they are read by everything that may be gzipped: in pieces, and never kept as a whole. */
public final class GzipFuzz {
    private GzipFuzz() {}

    /**
     * @param input a stream that begins as gzip does, after its first two bytes
     */
    public static void fuzzerTestOneInput(byte[] input) {
        byte[] file = new byte[input.length + 2];
        file[0] = 0x1f;
        file[1] = (byte) 0x8b;
        System.arraycopy(input, 0, file, 2, input.length);
        Outcome.of(file, () -> {
            byte[] piece = new byte[1 << 12];
            long bytes = 0;
            try (InputStream in = Gunzip.ifNeeded(new ByteArrayInputStream(file))) {
                for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                    bytes += count;
                }
            } catch (IOException e) {
                // Damage, for callers to name.
                return;
            }
            if (bytes > 1_100L * file.length) {
                throw new AssertionError("Deflate cannot make " + bytes + " bytes of " + file.length);
            }
        });
    }
}

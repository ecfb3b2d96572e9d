package org.equipoise.data;

import java.io.IOException;
import java.io.InputStream;

/**
 * What checking one file of a known data set against its checksum found.
 *
 * @param part which of the four files
 * @param where the file, or where it would be
 * @param present whether it is there
 * @param bytes size of its uncompressed content as far as it could be read, and 0 when absent
 * @param expectedBytes what the size should be
 * @param sha256Ok whether its uncompressed content is exactly what it should be
 */
public record FileCheck(IdxPart part, String where, boolean present, long bytes, long expectedBytes, boolean sha256Ok) {
    private static final int BUFFER = 1 << 16;

    /**
     * Reads a file, raw or gzipped, and compares it.
     *
     * @param place where to look
     * @param known what the file should be
     * @return what was found; a file that cannot be read is present and not right
     */
    public static FileCheck of(IdxPlace place, KnownFile known) {
        String where = place.where(known.part());
        if (!place.has(known.part())) {
            return new FileCheck(known.part(), where, false, 0, known.bytes(), false);
        }
        long bytes = 0;
        boolean right = false;
        try (InputStream raw = place.open(known.part());
                InputStream in = Gunzip.ifNeeded(raw)) {
            ContentHash hash = new ContentHash();
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0 && bytes <= known.bytes(); n = in.read(buffer)) {
                hash.add(buffer, 0, n);
                bytes += n;
            }
            right = hash.hex().equals(known.sha256());
        } catch (IOException e) {
            right = false;
        }
        return new FileCheck(known.part(), where, true, bytes, known.bytes(), right);
    }
}

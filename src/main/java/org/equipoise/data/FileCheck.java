package org.equipoise.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.io.InputStream;
import org.equipoise.error.IoReason;
import org.jspecify.annotations.Nullable;

/**
 * What reading one file of a data set found.
 *
 * @param part what the file holds, such as {@code train-images}
 * @param where the file, or where it would be
 * @param bytes size of its uncompressed content as far as it could be read, and 0 when absent
 * @param sha256Ok whether its uncompressed content has the checksum it should have; null if that is not known
 * @param problem what is wrong with a file whose checksum is not known; null if nothing is, or the checksum is known
 */
public record FileCheck(
        String part,
        String where,
        boolean present,
        long bytes,
        long expectedBytes,
        @Nullable Boolean sha256Ok,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String problem) {
    private static final int BUFFER = 1 << 16;

    /** {@return whether the file is there and nothing is wrong with it} */
    public boolean right() {
        return present && problem == null && !Boolean.FALSE.equals(sha256Ok);
    }

    /** Reads a file, raw or gzipped; one that cannot be read is present and not right. */
    static FileCheck of(LocatedDataset from, KnownFile file) {
        String where = from.place().where(file);
        if (!from.place().has(file)) {
            Boolean sha256Ok = file.hasSha256() ? Boolean.FALSE : null;
            return new FileCheck(file.part(), where, false, 0, file.bytes(), sha256Ok, null);
        }
        return file.hasSha256() ? bySha256(from, file, where) : byContent(from, file, where);
    }

    private static FileCheck bySha256(LocatedDataset from, KnownFile file, String where) {
        long bytes = 0;
        boolean right = false;
        try (InputStream raw = from.place().open(file);
                InputStream in = Gunzip.ifNeeded(raw)) {
            ContentHash hash = new ContentHash();
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0 && bytes <= file.bytes(); n = in.read(buffer)) {
                hash.add(buffer, 0, n);
                bytes += n;
            }
            right = hash.hex().equals(file.sha256());
        } catch (IOException e) {
            right = false;
        }
        return new FileCheck(file.part(), where, true, bytes, file.bytes(), right, null);
    }

    private static FileCheck byContent(LocatedDataset from, KnownFile file, String where) {
        long bytes = Math.max(0, from.place().size(file));
        String problem = bytes + " bytes; " + file.bytes() + " were expected";
        if (bytes == file.bytes()) {
            try (InputStream in = from.place().open(file)) {
                problem = from.set()
                        .format()
                        .problem(in.readAllBytes(), from.set().classNames().size());
            } catch (IOException e) {
                problem = "it could not be read because " + IoReason.of(e);
            }
        }
        return new FileCheck(file.part(), where, true, bytes, file.bytes(), null, problem.isEmpty() ? null : problem);
    }
}

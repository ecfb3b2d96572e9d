package org.equipoise.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.equipoise.data.ContentHash;
import org.equipoise.data.Gunzip;
import org.equipoise.data.KnownFile;
import org.equipoise.error.IoReason;

/**
 * Files that were decompressed and found right, and go into the store together once all are.
 *
 * @param folder a folder on the same disk as the store
 * @param byName where each is, by its name in the store
 */
record VerifiedFiles(Path folder, Map<String, Path> byName) {
    private static final int BUFFER = 1 << 16;

    static VerifiedFiles in(Path folder) {
        return new VerifiedFiles(folder, new LinkedHashMap<>());
    }

    /**
     * Takes in a file, raw or gzipped.
     *
     * @param known what it should be
     * @param path where it is
     * @param source where it came from
     * @throws RuntimeException what the source refuses it with, if it cannot be read or is not what it should be
     * @throws IOException if it cannot be written here
     */
    void take(KnownFile known, Path path, FetchSource source) throws IOException {
        String name = known.name();
        String subject = name + " from the " + source.title();
        Path target = folder.resolve(name);
        try (InputStream in = open(path, subject, source);
                FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            ContentHash hash = new ContentHash();
            byte[] buffer = new byte[BUFFER];
            long bytes = 0;
            for (int n = read(in, buffer, subject, source);
                    n >= 0 && bytes <= known.bytes();
                    n = read(in, buffer, subject, source)) {
                bytes += n;
                hash.add(buffer, 0, n);
                ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, n);
                while (chunk.hasRemaining()) {
                    out.write(chunk);
                }
            }
            if (bytes != known.bytes()) {
                String found = bytes > known.bytes() ? "more" : bytes + " bytes";
                throw source.refuse(
                        subject + " was expected to have " + known.bytes() + " bytes and has " + found + ".");
            }
            String sha256 = hash.hex();
            if (!sha256.equals(known.sha256())) {
                throw source.refuse(
                        subject + " was expected to have SHA-256 " + known.sha256() + " and has " + sha256 + ".");
            }
            out.force(true);
        }
        byName.put(name, target);
    }

    /**
     * Moves all files taken in into the store, each in one step.
     *
     * @param store the data set's folder
     * @throws IOException if one cannot be moved
     */
    void release(Path store) throws IOException {
        for (Map.Entry<String, Path> file : byName.entrySet()) {
            Files.move(
                    file.getValue(),
                    store.resolve(file.getKey()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static InputStream open(Path path, String subject, FetchSource source) {
        try {
            InputStream raw = Files.newInputStream(path);
            try {
                return Gunzip.ifNeeded(raw);
            } catch (IOException e) {
                raw.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(subject, source, e);
        }
    }

    private static int read(InputStream in, byte[] buffer, String subject, FetchSource source) {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw unreadable(subject, source, e);
        }
    }

    private static RuntimeException unreadable(String subject, FetchSource source, IOException e) {
        return source.refuse(
                subject + " could not be read because " + IoReason.of(e) + "; an intact file was expected.");
    }
}

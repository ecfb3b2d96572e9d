package org.equipoise.interop;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;
import org.equipoise.error.WorkFailedException;

/** Reads and writes {@code .npz} files: zip archives of named NumPy arrays. */
public final class NpzFile {
    private static final String SUFFIX = ".npy";
    private static final int MAX_ARRAYS = 10_000;

    /** The earliest time a zip archive can give, as NumPy writes, so that equal content gives equal bytes. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private NpzFile() {}

    /**
     * @param file an {@code .npz} file, stored or deflated, of at most 10,000 arrays and 2^31 bytes once inflated
     * @return its arrays by name, in the order of the archive
     * @throws BadInputException if it is missing, foreign, cut short or damaged, or holds what {@link NpyFile} refuses
     * @throws WorkFailedException if it cannot be read
     */
    public static SequencedMap<String, NpyArray> read(Path file) {
        return read(file, MAX_ARRAYS, NpyHeader.MAX_DATA_BYTES);
    }

    /** As {@link #read(Path)}, with limits of the caller. */
    static SequencedMap<String, NpyArray> read(Path file, int mostArrays, long mostBytes) {
        ByteSource.requireFile(file, "an .npz file");
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<? extends ZipEntry> entries = Collections.list(zip.entries());
            requireWithin(file, entries, mostArrays, mostBytes);
            SequencedMap<String, NpyArray> arrays = new LinkedHashMap<>();
            for (ZipEntry entry : entries) {
                String name = arrayName(file, entry);
                String shown = file + " (" + Quoted.name(name) + ")";
                if (arrays.putIfAbsent(name, NpyFile.read(content(zip, entry, shown), shown)) != null) {
                    throw new BadInputException(
                            file + " holds array " + Quoted.name(name) + " twice; each name once was expected.");
                }
            }
            return Collections.unmodifiableSequencedMap(arrays);
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            // java.util.zip reports some malformed names and times as illegal arguments.
            throw new BadInputException(file + " is damaged or not an .npz file, which is a zip archive of arrays.", e);
        } catch (IOException e) {
            throw new WorkFailedException(file + " could not be read: " + IoReason.of(e) + ".", e);
        }
    }

    /** Writes the file as {@link AtomicFile#write} does: whole or not at all. Arrays are stored without compression. */
    public static void write(Path file, Map<String, NpyArray> arrays) {
        AtomicFile.write(file, out -> {
            // Closing the archive would close the file before it is forced to the disk.
            ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(out));
            for (Map.Entry<String, NpyArray> array : arrays.entrySet()) {
                store(zip, array.getKey() + SUFFIX, array.getValue());
            }
            zip.finish();
            zip.flush();
        });
    }

    private static void store(ZipOutputStream zip, String name, NpyArray array) throws IOException {
        byte[] header = NpyHeader.format(array);
        CRC32 crc = new CRC32();
        crc.update(header);
        crc.update(array.data().asByteBuffer());
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize((long) header.length + array.data().byteSize());
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        zip.write(header);
        array.writeData(zip);
        zip.closeEntry();
    }

    private static void requireWithin(Path file, List<? extends ZipEntry> entries, int mostArrays, long mostBytes) {
        if (entries.size() > mostArrays) {
            throw new BadInputException(
                    file + " holds " + entries.size() + " arrays; at most " + mostArrays + " were expected.");
        }
        long bytes = 0;
        for (ZipEntry entry : entries) {
            long size = entry.getSize();
            if (size < 0 || size > mostBytes - bytes) {
                throw new BadInputException(
                        file + " holds more than the " + mostBytes + " bytes of arrays that were expected at most.");
            }
            bytes += size;
        }
    }

    private static String arrayName(Path file, ZipEntry entry) {
        String name = entry.getName();
        if (!name.endsWith(SUFFIX)) {
            throw new BadInputException(file + " holds " + Quoted.name(name)
                    + ", which is not a NumPy array; only names that end in .npy were expected.");
        }
        return name.substring(0, name.length() - SUFFIX.length());
    }

    /** Reads what an entry says it holds, growing with what is there. */
    private static byte[] content(ZipFile zip, ZipEntry entry, String shown) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes((int) entry.getSize());
            CRC32 crc = new CRC32();
            crc.update(bytes);
            if (bytes.length != entry.getSize() || in.read() >= 0 || crc.getValue() != entry.getCrc()) {
                throw new BadInputException(shown + " is damaged: it does not have the " + entry.getSize()
                        + " bytes and the checksum that were expected.");
            }
            return bytes;
        }
    }
}

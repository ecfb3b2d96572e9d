package org.equipoise.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;

/**
 * Reads IDX files, the format MNIST is given in, raw or gzipped, of unsigned bytes.
 *
 * <p>Memory is taken as data arrives, never on the word of a header.
 */
public final class IdxReader {
    /** The most values one file may hold, 2^30. */
    public static final int MAX_VALUES = 1 << 30;

    private IdxReader() {}

    /**
     * @param file an IDX file of unsigned bytes with 1 to 4 dimensions, raw or gzipped whatever its name
     * @return its content
     * @throws BadInputException if it is missing, no file, unreadable, no such IDX file, cut short, too long or damaged
     */
    public static IdxArray read(Path file) {
        if (Files.isDirectory(file)) {
            throw new BadInputException("'" + file + "' is a folder; an IDX file was expected.");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new BadInputException("'" + file + "' is a device or pipe; an IDX file was expected.");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        } catch (IOException e) {
            throw unreadable(file.toString(), e);
        }
    }

    /**
     * @param source a stream at the beginning of an IDX file, raw or gzipped; read to its end and not closed
     * @param name what messages call it
     * @return its content
     * @throws BadInputException if it cannot be read, is no such IDX file, cut short, too long or damaged
     */
    public static IdxArray read(InputStream source, String name) {
        try {
            InputStream in = Gunzip.ifNeeded(source);
            IdxHeader header = IdxHeader.read(in, name);
            byte[] values = in.readNBytes(header.valueCount());
            if (values.length < header.valueCount()) {
                throw new BadInputException("'" + name + "' ends after " + values.length + " of the "
                        + header.valueCount() + " values its header declares; a whole IDX file was expected.");
            }
            if (in.read() >= 0) {
                throw new BadInputException("'" + name + "' goes on after the " + header.valueCount()
                        + " values its header declares; an IDX file of that length was expected.");
            }
            return new IdxArray(header.shape(), values);
        } catch (EOFException e) {
            throw new BadInputException(
                    "'" + name + "' is a gzip file that ends too early; a whole one was expected.", e);
        } catch (ZipException e) {
            throw new BadInputException("'" + name + "' is a corrupt gzip file; an intact IDX file was expected.", e);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    static BadInputException unreadable(String name, IOException cause) {
        return new BadInputException(
                "'" + name + "' could not be read because " + IoReason.of(cause) + "; an IDX file was expected.",
                cause);
    }
}

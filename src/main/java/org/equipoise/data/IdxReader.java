package org.equipoise.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
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

    /** The type code of unsigned bytes, the only one read. */
    static final int UNSIGNED_BYTE = 0x08;

    private static final int MAX_DIMENSIONS = 4;

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
     * @return its content
     * @throws BadInputException if it cannot be read, is no such IDX file, cut short, too long or damaged
     */
    public static IdxArray read(InputStream source, String name) {
        try {
            InputStream in = Gunzip.ifNeeded(source);
            Header header = Header.read(in, name);
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

    /**
     * The beginning of an IDX file: two zero bytes, the type of the values, the number of dimensions, and each dimension as a
     * big-endian int.
     *
     * @param shape the 1 to 4 dimensions, each at least 1
     * @param valueCount their product, at most {@link #MAX_VALUES}
     */
    @SuppressWarnings("ArrayRecordComponent") // lives as long as one read
    private record Header(int[] shape, int valueCount) {
        /** {@return the header at the beginning of an uncompressed IDX file, when it is one that can be read} */
        static Header read(InputStream in, String name) throws IOException {
            byte[] start = in.readNBytes(4);
            if (start.length == 0) {
                throw new BadInputException("'" + name + "' is empty; an IDX file was expected.");
            }
            if (start.length < 4) {
                throw endsInHeader(name);
            }
            if (start[0] != 0 || start[1] != 0) {
                throw new BadInputException(
                        "'%s' starts with bytes %02x %02x; an IDX file, which starts with two zero bytes, was expected."
                                .formatted(name, start[0], start[1]));
            }
            checkType(start[2], name);
            int dimensions = Byte.toUnsignedInt(start[3]);
            if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
                throw new BadInputException(
                        "'" + name + "' declares " + dimensions + " dimensions; between 1 and 4 were expected.");
            }
            byte[] sizes = in.readNBytes(dimensions * Integer.BYTES);
            if (sizes.length < dimensions * Integer.BYTES) {
                throw endsInHeader(name);
            }
            int[] shape = new int[dimensions];
            ByteBuffer.wrap(sizes).asIntBuffer().get(shape);
            return new Header(shape, valueCount(shape, name));
        }

        private static void checkType(byte type, String name) {
            if (type != UNSIGNED_BYTE) {
                String meaning = switch (type) {
                    case 0x09 -> "signed bytes";
                    case 0x0b -> "16-bit integers";
                    case 0x0c -> "32-bit integers";
                    case 0x0d -> "32-bit floats";
                    case 0x0e -> "64-bit floats";
                    default -> "an unknown type";
                };
                throw new BadInputException(
                        "'%s' holds values of type 0x%02x (%s); unsigned bytes (0x08) were expected."
                                .formatted(name, type, meaning));
            }
        }

        private static int valueCount(int[] shape, String name) {
            long count = 1;
            for (int dimension : shape) {
                if (dimension < 1) {
                    throw new BadInputException("'" + name + "' declares the dimensions " + times(shape)
                            + "; dimensions of at least 1 were expected.");
                }
                count = Math.multiplyHigh(count, dimension) == 0 ? count * dimension : Long.MAX_VALUE;
                if (count > MAX_VALUES) {
                    throw new BadInputException("'" + name + "' declares " + times(shape) + " values; at most "
                            + MAX_VALUES + " were expected.");
                }
            }
            return (int) count;
        }

        private static String times(int[] shape) {
            return Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(" × "));
        }

        private static BadInputException endsInHeader(String name) {
            return new BadInputException("'" + name + "' ends within its header; a whole IDX file was expected.");
        }
    }
}

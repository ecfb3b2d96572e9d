package org.equipoise.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.zip.ZipException;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;

/**
 * Reads IDX files, the format MNIST is given in, raw or gzipped: unsigned bytes, floats where images may be numbers, and the 32-bit
 * integers that QMNIST has for labels.
 *
 * <p>Memory is taken as data arrives, never on the word of a header.
 */
public final class IdxReader {
    /** The most values one file may hold, 2^30. */
    public static final int MAX_VALUES = 1 << 30;

    /** The type code of unsigned bytes. */
    static final int UNSIGNED_BYTE = 0x08;

    private static final int INT = 0x0c;
    private static final int FLOAT = 0x0d;
    private static final int DOUBLE = 0x0e;

    /** What QMNIST tells of each image; the first number is its class. */
    private static final int QMNIST_COLUMNS = 8;

    private static final int MAX_DIMENSIONS = 4;

    private IdxReader() {}

    /**
     * @param file an IDX file of unsigned bytes with 1 to 4 dimensions, raw or gzipped whatever its name
     * @return its content
     * @throws BadInputException if it is missing, no file, unreadable, no such IDX file, cut short, too long or damaged
     */
    public static IdxArray read(Path file) {
        return open(file, IdxReader::read);
    }

    /**
     * @param file an IDX file of unsigned bytes, floats or doubles with 1 to 4 dimensions, raw or gzipped whatever its name
     * @return its content
     * @throws BadInputException if it is missing, no file, unreadable, no such IDX file, cut short, too long or damaged
     */
    public static IdxContent readImages(Path file) {
        return open(file, IdxReader::readImages);
    }

    private static <T> T open(Path file, BiFunction<InputStream, String, T> reader) {
        if (Files.isDirectory(file)) {
            throw new BadInputException("'" + file + "' is a folder; an IDX file was expected.");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new BadInputException("'" + file + "' is a device or pipe; an IDX file was expected.");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return reader.apply(in, file.toString());
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
        Content content = content(source, name, List.of(UNSIGNED_BYTE));
        return new IdxArray(content.header().shape(), content.bytes());
    }

    private static IdxContent readImages(InputStream source, String name) {
        Content content = content(source, name, List.of(UNSIGNED_BYTE, FLOAT, DOUBLE));
        Header header = content.header();
        if (header.type() == UNSIGNED_BYTE) {
            return new IdxArray(header.shape(), content.bytes());
        }
        ByteBuffer numbers = ByteBuffer.wrap(content.bytes());
        float[] values = new float[header.valueCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = header.type() == FLOAT ? numbers.getFloat() : (float) numbers.getDouble();
        }
        return new IdxFloats(header.shape(), values);
    }

    /**
     * Reads classes: unsigned bytes, or 32-bit integers as QMNIST has them, (count) or (count, 8) with the class in the first column.
     *
     * @param source a stream at the beginning of an IDX file, raw or gzipped; read to its end and not closed
     * @return its classes as bytes
     * @throws BadInputException as {@link #read(InputStream, String)}, or if a class is no byte
     */
    static IdxArray readLabels(InputStream source, String name) {
        Content content = content(source, name, List.of(UNSIGNED_BYTE, INT));
        int[] shape = content.header().shape();
        if (content.header().type() == UNSIGNED_BYTE) {
            return new IdxArray(shape, content.bytes());
        }
        if (shape.length > 2 || shape.length == 2 && shape[1] != QMNIST_COLUMNS) {
            throw new BadInputException("'" + name + "' declares the dimensions " + Header.times(shape)
                    + " of integers; N labels, or N × 8 as QMNIST has them, were expected.");
        }
        int columns = shape.length == 2 ? QMNIST_COLUMNS : 1;
        ByteBuffer numbers = ByteBuffer.wrap(content.bytes());
        byte[] classes = new byte[shape[0]];
        for (int i = 0; i < classes.length; i++) {
            int label = numbers.getInt(i * columns * Integer.BYTES);
            if (label < 0 || label > 255) {
                throw new BadInputException(
                        "Label " + i + " of '" + name + "' is " + label + "; a class between 0 and 255 was expected.");
            }
            classes[i] = (byte) label;
        }
        return new IdxArray(new int[] {classes.length}, classes);
    }

    /** The header and what follows it. */
    @SuppressWarnings("ArrayRecordComponent") // lives as long as one read
    private record Content(Header header, byte[] bytes) {}

    private static Content content(InputStream source, String name, List<Integer> types) {
        try {
            InputStream in = Gunzip.ifNeeded(source);
            Header header = Header.read(in, name, types);
            byte[] values = in.readNBytes(header.valueCount() * header.width());
            if (values.length < header.valueCount() * header.width()) {
                throw new BadInputException("'" + name + "' ends after " + values.length / header.width() + " of the "
                        + header.valueCount() + " values its header declares; a whole IDX file was expected.");
            }
            if (in.read() >= 0) {
                throw new BadInputException("'" + name + "' goes on after the " + header.valueCount()
                        + " values its header declares; an IDX file of that length was expected.");
            }
            return new Content(header, values);
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
     * @param type the code of the values' type
     * @param shape the 1 to 4 dimensions, each at least 1
     * @param valueCount their product, at most {@link #MAX_VALUES} bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // lives as long as one read
    private record Header(int type, int[] shape, int valueCount) {
        /** {@return the header at the beginning of an uncompressed IDX file, when it is one that can be read} */
        static Header read(InputStream in, String name, List<Integer> types) throws IOException {
            byte[] start = in.readNBytes(4);
            if (start.length == 0) {
                throw new BadInputException("'" + name + "' is empty; an IDX file was expected.");
            }
            if (start.length < 4) {
                throw endsInHeader(name);
            }
            if (start[0] != 0 || start[1] != 0) {
                HexFormat hex = HexFormat.of();
                throw new BadInputException("'" + name + "' starts with bytes " + hex.toHexDigits(start[0]) + " "
                        + hex.toHexDigits(start[1]) + "; an IDX file, which starts with two zero bytes, was expected.");
            }
            checkType(start[2], types, name);
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
            return new Header(start[2], shape, valueCount(shape, width(start[2]), name));
        }

        /** {@return the bytes of a value} */
        int width() {
            return width(type);
        }

        private static int width(int type) {
            return switch (type) {
                case INT, FLOAT -> Float.BYTES;
                case DOUBLE -> Double.BYTES;
                default -> Byte.BYTES;
            };
        }

        private static void checkType(int type, List<Integer> types, String name) {
            if (!types.contains(type)) {
                String meaning = switch (type) {
                    case 0x09 -> "signed bytes";
                    case 0x0b -> "16-bit integers";
                    case 0x0c -> "32-bit integers";
                    case 0x0d -> "32-bit floats";
                    case 0x0e -> "64-bit floats";
                    default -> "an unknown type";
                };
                String expected = types.contains(FLOAT)
                        ? "unsigned bytes (0x08) or floats (0x0d, 0x0e)"
                        : types.contains(INT)
                                ? "unsigned bytes (0x08) or 32-bit integers (0x0c)"
                                : "unsigned bytes (0x08)";
                throw new BadInputException("'" + name + "' holds values of type 0x"
                        + HexFormat.of().toHexDigits((byte) type) + " (" + meaning + "); " + expected
                        + " were expected.");
            }
        }

        private static int valueCount(int[] shape, int width, String name) {
            long count = 1;
            for (int dimension : shape) {
                if (dimension < 1) {
                    throw new BadInputException("'" + name + "' declares the dimensions " + times(shape)
                            + "; dimensions of at least 1 were expected.");
                }
                count = Math.multiplyHigh(count, dimension) == 0 ? count * dimension : Long.MAX_VALUE;
                if (count > MAX_VALUES / width) {
                    throw new BadInputException("'" + name + "' declares " + times(shape) + " values; at most "
                            + MAX_VALUES / width + " were expected.");
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

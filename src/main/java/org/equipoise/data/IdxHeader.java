package org.equipoise.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.equipoise.error.BadInputException;

/**
 * The beginning of an IDX file: two zero bytes, the type of the values, the number of dimensions, and each dimension as a
 * big-endian int.
 *
 * @param shape the 1 to 4 dimensions, each at least 1
 * @param valueCount their product, at most {@link IdxReader#MAX_VALUES}
 */
@SuppressWarnings("ArrayRecordComponent") // lives as long as one read
record IdxHeader(int[] shape, int valueCount) {
    /** The type code of unsigned bytes, the only one read. */
    static final int UNSIGNED_BYTE = 0x08;

    private static final int MAX_DIMENSIONS = 4;

    /**
     * @param in a stream at the beginning of an uncompressed IDX file
     * @param name the file's name for messages
     * @return the header, when it is one that can be read
     */
    static IdxHeader read(InputStream in, String name) throws IOException {
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
        return new IdxHeader(shape, valueCount(shape, name));
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
            throw new BadInputException("'%s' holds values of type 0x%02x (%s); unsigned bytes (0x08) were expected."
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
            if (count > IdxReader.MAX_VALUES) {
                throw new BadInputException("'" + name + "' declares " + times(shape) + " values; at most "
                        + IdxReader.MAX_VALUES + " were expected.");
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

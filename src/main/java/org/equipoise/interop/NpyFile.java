package org.equipoise.interop;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;

/**
 * Reads and writes {@code .npy} files: one NumPy array each.
 *
 * <p>Versions 1.0, 2.0 and 3.0 are read, either byte order, row-major and column-major; what is read has been made
 * little-endian and row-major. Version 1.0, little-endian and row-major, is written, as NumPy does.
 */
public final class NpyFile {
    private NpyFile() {}

    /**
     * @param file an {@code .npy} file of up to 2^31 bytes
     * @return its array
     * @throws BadInputException if it is missing, foreign, cut short, goes on after its end, or has a type that is not in {@link
     *     Dtype}
     * @throws WorkFailedException if it cannot be read
     */
    public static NpyArray read(Path file) {
        try (ByteSource source = ByteSource.of(file, "a NumPy file")) {
            return read(source);
        }
    }

    /**
     * Reads the content of an {@code .npy} file, which messages call by the name, as {@link #read(Path)} does.
     */
    public static NpyArray read(byte[] bytes, String name) {
        return read(ByteSource.of(bytes, name));
    }

    /** Writes the file as {@link AtomicFile#write} does: whole or not at all. */
    public static void write(Path file, NpyArray array) {
        AtomicFile.write(file, out -> {
            out.write(NpyHeader.format(array));
            array.writeData(out);
        });
    }

    private static NpyArray read(ByteSource source) {
        NpyHeader header = NpyHeader.read(source);
        byte[] data = new byte[header.dataBytes()];
        source.read(header.dataStart(), data, data.length);
        if (header.bigEndian()) {
            reverseEach(data, header.dtype().bytes());
        }
        if (header.fortranOrder() && header.shape().rank() > 1) {
            data = rowMajor(data, header.shape(), header.dtype().bytes());
        }
        return new NpyArray(source.name(), header.dtype(), header.shape(), MemorySegment.ofArray(data));
    }

    private static void reverseEach(byte[] data, int width) {
        for (int start = 0; start < data.length; start += width) {
            for (int i = start, j = start + width - 1; i < j; i++, j--) {
                byte swapped = data[i];
                data[i] = data[j];
                data[j] = swapped;
            }
        }
    }

    /** {@return values by their last axis fastest, given them by their first axis fastest} */
    private static byte[] rowMajor(byte[] columnMajor, Shape shape, int width) {
        byte[] result = new byte[columnMajor.length];
        int values = result.length / width;
        for (int to = 0; to < values; to++) {
            int index = to;
            int from = 0;
            int stride = values;
            for (int axis = shape.rank() - 1; axis >= 0; axis--) {
                int size = (int) shape.size(axis);
                stride /= size;
                from += index % size * stride;
                index /= size;
            }
            System.arraycopy(columnMajor, from * width, result, to * width, width);
        }
        return result;
    }
}

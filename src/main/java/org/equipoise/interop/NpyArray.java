package org.equipoise.interop;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import org.equipoise.error.BadInputException;

/**
 * A NumPy array in memory.
 *
 * @param name what messages call it: the file it came from
 * @param data its values, row-major and little-endian, read-only
 */
public record NpyArray(String name, Dtype dtype, Shape shape, MemorySegment data) {
    private static final String UNNAMED = "the array";

    /**
     * Makes the data read-only.
     *
     * @throws IllegalArgumentException if the shape takes another number of bytes than there are
     */
    public NpyArray {
        if (data.byteSize() % dtype.bytes() != 0 || data.byteSize() / dtype.bytes() != shape.elements()) {
            throw new IllegalArgumentException(
                    "An array of shape " + shape + " and type " + dtype + " was given " + data.byteSize() + " bytes");
        }
        data = data.asReadOnly();
    }

    /** {@return an array of float32, of which the values are copied, row-major} */
    public static NpyArray float32(Shape shape, float... values) {
        ByteBuffer bytes = littleEndian(values.length, Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return new NpyArray(UNNAMED, Dtype.F32, shape, MemorySegment.ofArray(bytes.array()));
    }

    /** {@return an array of int64, of which the values are copied, row-major} */
    public static NpyArray int64(Shape shape, long... values) {
        ByteBuffer bytes = littleEndian(values.length, Long.BYTES);
        bytes.asLongBuffer().put(values);
        return new NpyArray(UNNAMED, Dtype.I64, shape, MemorySegment.ofArray(bytes.array()));
    }

    /** {@return an array of uint8, of which the values are copied, row-major} */
    public static NpyArray uint8(Shape shape, byte... values) {
        return new NpyArray(UNNAMED, Dtype.U8, shape, MemorySegment.ofArray(values.clone()));
    }

    /** {@return the values, row-major, each rounded to float32; truth values as 0 and 1} */
    public float[] floats() {
        float[] values = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = dtype.floatAt(data, i);
        }
        return values;
    }

    /**
     * @return the values, row-major; truth values as 0 and 1
     * @throws BadInputException if they are floating-point
     */
    public long[] longs() {
        if (!dtype.isInteger()) {
            throw new BadInputException(name + " holds values of type " + dtype.numpyName() + "; expected integers.");
        }
        long[] values = new long[Math.toIntExact(shape.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = dtype.longAt(data, i);
        }
        return values;
    }

    /** Writes the values as they are in {@link #data}. */
    void writeData(OutputStream out) throws IOException {
        Channels.newChannel(out).write(data.asByteBuffer());
    }

    private static ByteBuffer littleEndian(int values, int width) {
        return ByteBuffer.allocate(Math.multiplyExact(values, width)).order(ByteOrder.LITTLE_ENDIAN);
    }
}

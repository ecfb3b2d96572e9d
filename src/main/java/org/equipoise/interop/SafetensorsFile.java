package org.equipoise.interop;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.SequencedMap;
import org.equipoise.error.BadInputException;
import org.equipoise.error.Suggestion;
import org.equipoise.error.WorkFailedException;

/**
 * A safetensors file, open for reading: named tensors and free text.
 *
 * <p>The header is read and checked as a whole when the file is opened; values are read when they are asked for, but a file that
 * carries a checksum ({@link SafetensorsWriter#checksummed()}) is read through and compared with it at once. The file stays
 * open, so that a file replaced meanwhile (as {@link AtomicFile} does) is still read as it was. Reading values fails by a {@link
 * WorkFailedException} if the file cannot be read. Safe for use by several threads.
 */
public final class SafetensorsFile implements AutoCloseable {
    private static final ValueLayout.OfFloat LITTLE_FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final ByteSource source;
    private final boolean checksummed;
    private final SafetensorsHeader header;

    private SafetensorsFile(ByteSource source) {
        this.source = source;
        this.checksummed = SafetensorsChecksum.verify(source);
        this.header = SafetensorsHeader.read(source);
    }

    /**
     * @return a safetensors file, to be closed after use
     * @throws BadInputException if it is missing, foreign, cut short, inconsistent, or not what its checksum says
     * @throws WorkFailedException if it cannot be read
     */
    public static SafetensorsFile open(Path file) {
        ByteSource source = ByteSource.of(file, "a safetensors file");
        try {
            return new SafetensorsFile(source);
        } catch (RuntimeException | Error e) {
            source.close();
            throw e;
        }
    }

    /**
     * @param bytes the content of a safetensors file, not copied
     * @param name what messages shall call it
     * @return its content; closing it is not needed
     * @throws BadInputException if it is foreign, cut short, inconsistent, or not what its checksum says
     */
    public static SafetensorsFile read(byte[] bytes, String name) {
        return new SafetensorsFile(ByteSource.of(bytes, name));
    }

    /** {@return whether the file carries a checksum, with which its bytes then agree} */
    public boolean checksummed() {
        return checksummed;
    }

    /** {@return what messages call the file} */
    String name() {
        return source.name();
    }

    /** {@return how many bytes the file has} */
    public long byteSize() {
        return source.size();
    }

    /** {@return what each tensor is, by name, in the order of the header} */
    public SequencedMap<String, TensorEntry> tensors() {
        return header.tensors();
    }

    /** {@return free text by key, in the order of the header; empty if there is none} */
    public SequencedMap<String, String> metadata() {
        return header.metadata();
    }

    /**
     * @return what a tensor is
     * @throws BadInputException if there is no such tensor
     */
    public TensorEntry tensor(String name) {
        TensorEntry entry = header.tensors().get(name);
        if (entry == null) {
            throw new BadInputException(source.name() + " has no tensor " + Quoted.name(name)
                    + Suggestion.forWord(name, header.tensors().keySet())
                    + "; it has " + Quoted.names(header.tensors().keySet()) + ".");
        }
        return entry;
    }

    /**
     * Reads floating-point values as float32: F32 as they are, F16 and BF16 exactly, F64 rounded.
     *
     * @return its values, row-major
     * @throws BadInputException if there is no such tensor, it is not floating-point, or too large for an array
     */
    public float[] floats(String name) {
        TensorEntry entry = floatTensor(name);
        float[] values = new float[arrayLength(entry, entry.shape().elements())];
        decodeFloats(entry, MemorySegment.ofArray(values));
        return values;
    }

    /**
     * Reads floating-point values as {@link #floats(String)} does, if they have the shape they should.
     *
     * @return its values, row-major
     * @throws BadInputException as {@link #floats(String)}, or if the shape is another
     */
    public float[] floats(String name, Shape expected) {
        requireShape(tensor(name), expected);
        return floats(name);
    }

    /**
     * Reads floating-point values as {@link #floats(String)} does, into memory of the caller and of any size.
     *
     * @param target memory for float32 values in the machine's byte order
     * @throws BadInputException if there is no such tensor, it is not floating-point, or its shape is another
     * @throws IndexOutOfBoundsException if the values do not fit
     */
    public void copyFloats(String name, Shape expected, MemorySegment target, long byteOffset) {
        TensorEntry entry = floatTensor(name);
        requireShape(entry, expected);
        decodeFloats(entry, target.asSlice(byteOffset, entry.shape().elements() * Float.BYTES));
    }

    /**
     * @return the values of a tensor, row-major; truth values as 0 and 1
     * @throws BadInputException if there is no such tensor, it is not of integers or truth values, too large for an array, or
     *     has a value above 2^63-1
     */
    public long[] longs(String name) {
        TensorEntry entry = tensor(name);
        if (!entry.dtype().isInteger()) {
            throw wrongType(entry, "integers");
        }
        long[] values = new long[arrayLength(entry, entry.shape().elements())];
        forEachChunk(entry, (chunk, first, count) -> {
            for (int i = 0; i < count; i++) {
                long value = entry.dtype().longAt(chunk, i);
                if (value < 0 && entry.dtype() == Dtype.U64) {
                    throw new BadInputException(source.name() + " has the value " + Long.toUnsignedString(value)
                            + " in tensor " + Quoted.name(name) + "; at most 2^63-1 was expected.");
                }
                values[(int) first + i] = value;
            }
        });
        return values;
    }

    /**
     * @return the bytes of a tensor as they are in the file: row-major, little-endian
     * @throws BadInputException if there is no such tensor or it is too large for an array
     */
    public byte[] bytes(String name) {
        TensorEntry entry = tensor(name);
        byte[] bytes = new byte[arrayLength(entry, entry.byteSize())];
        source.read(header.dataStart() + entry.begin(), bytes, bytes.length);
        return bytes;
    }

    /** Closes the file. */
    @Override
    public void close() {
        source.close();
    }

    private interface ChunkReader {
        void accept(MemorySegment chunk, long first, int count);
    }

    private void forEachChunk(TensorEntry entry, ChunkReader reader) {
        byte[] buffer = new byte[(int) Math.min(CHUNK_BYTES, entry.byteSize())];
        MemorySegment chunk = MemorySegment.ofArray(buffer);
        int width = entry.dtype().bytes();
        for (long done = 0; done < entry.byteSize(); done += buffer.length) {
            int count = (int) Math.min(buffer.length, entry.byteSize() - done);
            source.read(header.dataStart() + entry.begin() + done, buffer, count);
            reader.accept(chunk, done / width, count / width);
        }
    }

    private void decodeFloats(TensorEntry entry, MemorySegment target) {
        forEachChunk(entry, (chunk, first, count) -> {
            if (entry.dtype() == Dtype.F32) {
                MemorySegment.copy(
                        chunk, LITTLE_FLOAT, 0, target, ValueLayout.JAVA_FLOAT_UNALIGNED, first * Float.BYTES, count);
                return;
            }
            for (int i = 0; i < count; i++) {
                float value = entry.dtype().floatAt(chunk, i);
                target.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (first + i) * Float.BYTES, value);
            }
        });
    }

    private TensorEntry floatTensor(String name) {
        TensorEntry entry = tensor(name);
        if (!entry.dtype().isFloat()) {
            throw wrongType(entry, "F32, F64, F16 or BF16");
        }
        return entry;
    }

    private void requireShape(TensorEntry entry, Shape expected) {
        if (!entry.shape().equals(expected)) {
            throw new BadInputException(source.name() + " has tensor " + Quoted.name(entry.name()) + " of shape "
                    + entry.shape() + "; shape " + expected + " was expected.");
        }
    }

    private int arrayLength(TensorEntry entry, long length) {
        if (length > LONGEST_ARRAY) {
            throw new BadInputException(source.name() + " has tensor " + Quoted.name(entry.name()) + " of shape "
                    + entry.shape() + "; one that fits an array of 2^31 was expected.");
        }
        return (int) length;
    }

    /** {@return its type for a message: one that is not read is a word of the file's} */
    private static String typeOf(TensorEntry entry) {
        return entry.dtype() == Dtype.UNREAD ? Quoted.name(entry.typeName()) : entry.typeName();
    }

    private BadInputException wrongType(TensorEntry entry, String expected) {
        return new BadInputException(source.name() + " has tensor " + Quoted.name(entry.name()) + " of dtype "
                + typeOf(entry) + "; expected " + expected + ".");
    }
}

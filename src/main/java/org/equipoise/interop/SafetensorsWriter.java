package org.equipoise.interop;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.data.ContentHash;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Gathers tensors and text and writes them as a safetensors file; the same content added in the same order gives the same bytes.
 *
 * <p>The header lists tensors in the order they were added. Their data follow by falling width of their values, so that each
 * is aligned, as the reference implementation does. Values are row-major; they are not copied when added but read when written. A name
 * that is taken, and a shape that has another number of values, is an {@link IllegalArgumentException}.
 */
public final class SafetensorsWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int ALIGNMENT = 8;
    private static final int CHUNK_BYTES = 1 << 16;

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private boolean checksummed;

    /** Values to write, in the machine's byte order, as the layout says. */
    private record Tensor(String name, Dtype dtype, Shape shape, MemorySegment values, ValueLayout layout) {}

    /** Adds a tensor that is written as F32. */
    public SafetensorsWriter add(String name, Shape shape, float[] values) {
        return add(name, Dtype.F32, shape, MemorySegment.ofArray(values), ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    /** Adds a tensor that is written as I64. */
    public SafetensorsWriter add(String name, Shape shape, long[] values) {
        return add(name, Dtype.I64, shape, MemorySegment.ofArray(values), ValueLayout.JAVA_LONG_UNALIGNED);
    }

    /** Adds a tensor that is written as I32. */
    public SafetensorsWriter add(String name, Shape shape, int[] values) {
        return add(name, Dtype.I32, shape, MemorySegment.ofArray(values), ValueLayout.JAVA_INT_UNALIGNED);
    }

    /**
     * Adds a tensor that is written as F32, from memory with float32 values in the machine's byte order.
     *
     * @param byteOffset where the first is
     * @throws IndexOutOfBoundsException if the memory ends before the values
     */
    public SafetensorsWriter add(String name, Shape shape, MemorySegment memory, long byteOffset) {
        MemorySegment values = memory.asSlice(byteOffset, Math.multiplyExact(shape.elements(), Float.BYTES));
        return add(name, Dtype.F32, shape, values, ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    /** Adds a tensor of which the bytes are those that the file shall hold: row-major, little-endian. */
    public SafetensorsWriter add(String name, Dtype dtype, Shape shape, byte[] bytes) {
        return add(name, dtype, shape, MemorySegment.ofArray(bytes), ValueLayout.JAVA_BYTE);
    }

    /**
     * Adds free text.
     *
     * @throws IllegalArgumentException if the key is taken, as that of the checksum is
     */
    public SafetensorsWriter metadata(String key, String text) {
        if (key.equals(SafetensorsChecksum.KEY) || metadata.putIfAbsent(key, text) != null) {
            throw new IllegalArgumentException("The metadata " + Quoted.name(key) + " was added twice");
        }
        return this;
    }

    /** Lets the file carry a SHA-256 over all its bytes, which {@link SafetensorsFile} verifies when it opens the file. */
    public SafetensorsWriter checksummed() {
        checksummed = true;
        return this;
    }

    /** Writes the file as {@link AtomicFile#write} does: whole or not at all. */
    public void writeTo(Path file) {
        AtomicFile.write(file, this::writeTo);
    }

    /** Writes the file as {@link AtomicFile#writeKeeping} does: what was there before it stays under another name. */
    public void writeTo(Path file, Path previous) {
        AtomicFile.writeKeeping(file, previous, this::writeTo);
    }

    /** {@return the bytes that the file would have; for content that fits an array} */
    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private SafetensorsWriter add(String name, Dtype dtype, Shape shape, MemorySegment values, ValueLayout layout) {
        if (name.equals(SafetensorsHeader.METADATA_KEY)) {
            throw new IllegalArgumentException("A tensor cannot be called " + name);
        }
        if (values.byteSize() != Math.multiplyExact(shape.elements(), dtype.bytes())) {
            throw new IllegalArgumentException("Tensor " + Quoted.name(name) + " was added with " + values.byteSize()
                    + " bytes; its shape " + shape + " in " + dtype + " takes another number");
        }
        if (tensors.putIfAbsent(name, new Tensor(name, dtype, shape, values, layout)) != null) {
            throw new IllegalArgumentException("Tensor " + Quoted.name(name) + " was added twice");
        }
        return this;
    }

    private void writeTo(OutputStream out) throws IOException {
        List<Tensor> inDataOrder = tensors.values().stream()
                .sorted(Comparator.comparingInt((Tensor tensor) -> -tensor.dtype.bytes()))
                .toList();
        byte[] header = header(inDataOrder);
        byte[] buffer = new byte[CHUNK_BYTES];
        if (checksummed) {
            ContentHash hash = new ContentHash().add(header, 0, header.length);
            for (Tensor tensor : inDataOrder) {
                writeValues(tensor, buffer, hash::add);
            }
            SafetensorsChecksum.enter(header, hash);
        }
        out.write(header);
        for (Tensor tensor : inDataOrder) {
            writeValues(tensor, buffer, out::write);
        }
    }

    /** Where bytes go. */
    private interface Sink {
        void accept(byte[] bytes, int offset, int length) throws IOException;
    }

    private byte[] header(List<Tensor> inDataOrder) {
        Map<String, Long> begins = new LinkedHashMap<>();
        long begin = 0;
        for (Tensor tensor : inDataOrder) {
            begins.put(tensor.name, begin);
            begin = Math.addExact(begin, tensor.values.byteSize());
        }
        ByteBuffer json = utf8(json(begins));
        int length = Math.ceilDiv(json.remaining(), ALIGNMENT) * ALIGNMENT;
        if (length > SafetensorsHeader.LONGEST) {
            throw new IllegalStateException(
                    "The header would take " + length + " bytes; readers accept up to " + SafetensorsHeader.LONGEST);
        }
        ByteBuffer header = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(json);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.array();
    }

    private String json(Map<String, Long> begins) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            if (checksummed || !metadata.isEmpty()) {
                json.writeObjectPropertyStart(SafetensorsHeader.METADATA_KEY);
                if (checksummed) {
                    json.writeStringProperty(SafetensorsChecksum.KEY, SafetensorsChecksum.NO_DIGITS);
                }
                metadata.forEach(json::writeStringProperty);
                json.writeEndObject();
            }
            for (Tensor tensor : tensors.values()) {
                long begin = begins.getOrDefault(tensor.name, 0L);
                json.writeObjectPropertyStart(tensor.name);
                json.writeStringProperty("dtype", tensor.dtype.name());
                json.writeArrayPropertyStart("shape");
                tensor.shape.sizes().forEach(json::writeNumber);
                json.writeEndArray();
                json.writeArrayPropertyStart("data_offsets");
                json.writeNumber(begin);
                json.writeNumber(begin + tensor.values.byteSize());
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        return text.toString();
    }

    private static ByteBuffer utf8(String text) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalStateException("A name or text to be written is not valid Unicode", e);
        }
    }

    private static void writeValues(Tensor tensor, byte[] buffer, Sink out) throws IOException {
        MemorySegment chunk = MemorySegment.ofArray(buffer);
        ValueLayout inFile = tensor.layout.withOrder(ByteOrder.LITTLE_ENDIAN);
        long width = tensor.layout.byteSize();
        for (long done = 0; done < tensor.values.byteSize(); done += buffer.length) {
            int count = (int) Math.min(buffer.length, tensor.values.byteSize() - done);
            MemorySegment.copy(tensor.values, tensor.layout, done, chunk, inFile, 0, count / width);
            out.accept(buffer, 0, count);
        }
    }
}

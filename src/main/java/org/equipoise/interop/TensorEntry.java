package org.equipoise.interop;

/**
 * What the header of a safetensors file says of one tensor.
 *
 * @param typeName the type as the file names it
 * @param begin its first byte, counted from the end of the header
 * @param end the byte after its last
 */
public record TensorEntry(String name, Dtype dtype, String typeName, Shape shape, long begin, long end) {
    /** A tensor of a type that can be read. */
    TensorEntry(String name, Dtype dtype, Shape shape, long begin, long end) {
        this(name, dtype, dtype.name(), shape, begin, end);
    }

    /** {@return how many bytes its values take} */
    public long byteSize() {
        return end - begin;
    }
}

package org.equipoise.data;

/**
 * The content of an IDX file of unsigned bytes.
 *
 * <p>The arrays are not copied; whoever holds the record leaves them as they are.
 *
 * @param shape the 1 to 4 dimensions, each at least 1, outermost first
 * @param values the values, last dimension innermost, as many as the product of the dimensions
 */
@SuppressWarnings("ArrayRecordComponent") // tens of megabytes: copied nowhere, compared nowhere
public record IdxArray(int[] shape, byte[] values) implements IdxContent {
    /** Checks that there are as many values as the shape says. */
    public IdxArray {
        long expected = 1;
        for (int dimension : shape) {
            expected *= dimension;
        }
        if (values.length != expected) {
            throw new IllegalArgumentException(values.length + " values cannot fill a shape of " + expected);
        }
    }

    /** {@return the first dimension: how many images or labels there are} */
    public int count() {
        return shape[0];
    }

    /** {@return the SHA-256 of the uncompressed file this is the content of, in hexadecimal} */
    public String fileSha256() {
        return new ContentHash()
                .add(IdxReader.UNSIGNED_BYTE << Byte.SIZE | shape.length)
                .add(shape)
                .add(values, 0, values.length)
                .hex();
    }
}

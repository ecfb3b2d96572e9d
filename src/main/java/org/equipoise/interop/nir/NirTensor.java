package org.equipoise.interop.nir;

import java.util.Arrays;
import org.equipoise.interop.Shape;

/**
 * Numbers in the order of C: the last index moves fastest.
 *
 * @param values as many numbers as the shape makes; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record NirTensor(Shape shape, float[] values) {
    /** Refuses another number of values. */
    public NirTensor {
        if (shape.elements() != values.length) {
            throw new IllegalArgumentException(values.length + " values do not make a tensor of " + shape);
        }
    }

    /** {@return a tensor of which every number is the value} */
    public static NirTensor full(Shape shape, float value) {
        float[] values = new float[Math.toIntExact(shape.elements())];
        Arrays.fill(values, value);
        return new NirTensor(shape, values);
    }
}

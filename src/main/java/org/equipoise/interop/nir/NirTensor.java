package org.equipoise.interop.nir;

import java.util.Arrays;
import org.equipoise.interop.Shape;

/** Numbers in the order of C: the last index moves fastest. */
public final class NirTensor {
    private final Shape shape;
    private final float[] values;

    /**
     * @param shape the size of each dimension
     * @param values as many numbers as these make; not copied
     */
    public NirTensor(Shape shape, float[] values) {
        if (shape.elements() != values.length) {
            throw new IllegalArgumentException(values.length + " values do not make a tensor of " + shape);
        }
        this.shape = shape;
        this.values = values;
    }

    /**
     * @param shape the size of each dimension
     * @param value every number
     * @return a tensor of them
     */
    public static NirTensor full(Shape shape, float value) {
        float[] values = new float[Math.toIntExact(shape.elements())];
        Arrays.fill(values, value);
        return new NirTensor(shape, values);
    }

    /** {@return the size of each dimension} */
    public Shape shape() {
        return shape;
    }

    /** {@return the numbers themselves; not a copy} */
    public float[] values() {
        return values;
    }
}

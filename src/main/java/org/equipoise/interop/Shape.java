package org.equipoise.interop;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Sizes of a tensor's axes, outermost first, values in row-major order. A scalar has no axes and one value.
 *
 * @param sizes the size of each axis, 0 or more
 */
public record Shape(List<Long> sizes) {
    /**
     * Copies the sizes and checks them.
     *
     * @throws IllegalArgumentException if a size is negative, or if they multiply to 2^63 or more
     */
    public Shape {
        sizes = List.copyOf(sizes);
        product(sizes);
    }

    /**
     * @param sizes the size of each axis, outermost first
     * @return the shape
     * @throws IllegalArgumentException if a size is negative, or if they multiply to 2^63 or more
     */
    public static Shape of(long... sizes) {
        return new Shape(Arrays.stream(sizes).boxed().toList());
    }

    /** {@return the number of axes} */
    public int rank() {
        return sizes.size();
    }

    /** {@return the size of an axis, 0 being the outermost} */
    public long size(int axis) {
        return sizes.get(axis);
    }

    /** {@return the number of values: the product of the sizes, 1 for a scalar} */
    public long elements() {
        return product(sizes);
    }

    /** {@return the sizes in brackets, as {@code [10, 32]}} */
    @Override
    public String toString() {
        return sizes.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }

    private static long product(List<Long> sizes) {
        long product = 1;
        for (long size : sizes) {
            if (size < 0) {
                throw new IllegalArgumentException("The size " + size + " of an axis is negative");
            }
            try {
                product = Math.multiplyExact(product, size);
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("The sizes " + sizes + " multiply to 2^63 or more", e);
            }
        }
        return product;
    }
}

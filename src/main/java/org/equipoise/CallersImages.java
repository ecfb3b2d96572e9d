package org.equipoise;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.config.ImageShape;
import org.equipoise.data.Brightness;
import org.equipoise.error.BadInputException;
import org.equipoise.tensor.FloatTensor;

/**
 * Images as a caller has them: float32 in the machine's byte order, by image, channel, row, column, contiguous.
 *
 * @param values where they are
 * @param shape the shape of one
 */
record CallersImages(MemorySegment values, ImageShape shape) {
    /** Refuses anything but a number of whole images. */
    CallersImages {
        long bytes = (long) shape.size() * Float.BYTES;
        if (values.byteSize() == 0 || values.byteSize() % bytes != 0 || values.byteSize() / bytes > Integer.MAX_VALUE) {
            throw new BadInputException("Images of " + values.byteSize() + " bytes were given; one or more of " + shape
                    + " float32 values, " + bytes + " bytes each, were expected.");
        }
    }

    /** The same, where the network's workers are to read them. */
    static CallersImages shared(MemorySegment values, ImageShape shape) {
        if (!values.isAccessibleBy(new Thread(() -> {}))) {
            throw new BadInputException(
                    "The images given lie in memory of one thread alone; memory that every thread may"
                            + " read, such as of Arena.ofShared(), was expected.");
        }
        return new CallersImages(values, shape);
    }

    /** The same, of which there may be one alone. */
    static CallersImages single(MemorySegment values, ImageShape shape) {
        if (values.byteSize() != (long) shape.size() * Float.BYTES) {
            throw new BadInputException("An image of " + values.byteSize() + " bytes was given; one of " + shape
                    + " float32 values, " + (long) shape.size() * Float.BYTES + " bytes, was expected.");
        }
        return new CallersImages(values, shape);
    }

    int count() {
        return (int) (values.byteSize() / Float.BYTES / shape.size());
    }

    /**
     * Copies an image into the engine's layout.
     *
     * @throws BadInputException if a value lies outside of [0, 1] by more than rounding
     */
    void copyTo(int image, FloatTensor target, int slot) {
        int positions = shape.height() * shape.width();
        long from = (long) image * shape.size() * Float.BYTES;
        for (int channel = 0; channel < shape.channels(); channel++) {
            for (int position = 0; position < positions; position++) {
                float value = values.get(ValueLayout.JAVA_FLOAT_UNALIGNED, from);
                from += Float.BYTES;
                if (!Brightness.isValid(value)) {
                    throw new BadInputException("Channel " + channel + ", row " + position / shape.width()
                            + ", column " + position % shape.width() + " of image " + image + " is " + value
                            + "; numbers in [0, 1] were expected.");
                }
                target.set(slot, target.layout().index(position, channel), Brightness.clip(value));
            }
        }
    }
}

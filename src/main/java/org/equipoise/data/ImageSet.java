package org.equipoise.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import org.equipoise.error.BadInputException;

/**
 * Labelled images of one size, such as the training images of MNIST.
 *
 * <p>Pixels are numbered in the order image, row, column, channel (NHWC), whether they came as unsigned bytes or as numbers in
 * [0, 1]; a label is a class, 0 to {@code classes - 1}. Immutable and safe to share between threads.
 */
public final class ImageSet {
    private final String name;
    private final int count;
    private final int height;
    private final int width;
    private final int channels;
    private final int classes;
    private final Pixels pixels;
    private final byte[] labels;

    private ImageSet(
            String name, int count, int height, int width, int channels, int classes, Pixels pixels, byte[] labels) {
        this.name = name;
        this.count = count;
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.classes = classes;
        this.pixels = pixels;
        this.labels = labels;
    }

    /**
     * Pairs images with labels. The arrays are not copied and must not be changed afterwards.
     *
     * @param images shape (count, height, width) for grey images or (count, height, width, channels)
     * @param labels shape (count)
     * @return the set
     * @throws BadInputException if the shapes are others, the counts differ, or a label is no class
     */
    public static ImageSet of(String name, IdxArray images, IdxArray labels, int classes) {
        int[] shape = images.shape();
        if (shape.length < 3) {
            throw new BadInputException("The images of '" + name + "' have " + shape.length
                    + " dimensions; 3 (count, height, width) or 4 (with channels) were expected.");
        }
        if (labels.shape().length != 1) {
            throw new BadInputException("The labels of '" + name + "' have " + labels.shape().length
                    + " dimensions; 1 (count) was expected.");
        }
        if (images.count() != labels.count()) {
            throw new BadInputException("'" + name + "' has " + images.count() + " images and " + labels.count()
                    + " labels; one label for each image was expected.");
        }
        requireClasses(name, classes);
        for (int i = 0; i < labels.count(); i++) {
            requireLabel(name, i, Byte.toUnsignedInt(labels.values()[i]), classes);
        }
        int channels = shape.length == 4 ? shape[3] : 1;
        Pixels pixels = new Pixels.Bytes(images.values());
        return new ImageSet(name, shape[0], shape[1], shape[2], channels, classes, pixels, labels.values());
    }

    private static void requireClasses(String name, int classes) {
        if (classes < 1 || classes > 256) {
            throw new BadInputException(
                    "'" + name + "' was given " + classes + " classes; between 1 and 256 were expected.");
        }
    }

    private static void requireLabel(String name, int image, int label, int classes) {
        if (label < 0 || label >= classes) {
            throw new BadInputException("Label " + image + " of '" + name + "' is " + label + "; a class between 0 and "
                    + (classes - 1) + " was expected.");
        }
    }

    /**
     * Pairs images whose pixels are numbers with labels. The pixels are not copied and must not be changed afterwards.
     *
     * @param images float32 values in [0, 1] in the machine's byte order, shape (count, channels, height, width), contiguous, in
     *     memory that every thread may read
     * @return the set
     * @throws BadInputException if the number of pixels is another, one is outside of [0, 1], a label is no class, or the memory
     *     belongs to one thread
     */
    public static ImageSet ofNumbers(
            String name, MemorySegment images, int channels, int height, int width, int[] labels, int classes) {
        requireClasses(name, classes);
        long size = (long) channels * height * width;
        if (labels.length == 0 || images.byteSize() != labels.length * size * Float.BYTES) {
            throw new BadInputException("'" + name + "' has " + labels.length + " labels and "
                    + images.byteSize() + " bytes of pixels; at least one label, and " + size
                    + " float32 values for each, were expected.");
        }
        if (!images.isAccessibleBy(new Thread(() -> {}))) {
            throw new BadInputException("The pixels of '" + name
                    + "' lie in memory of one thread alone; memory that every thread may read, such as of Arena.ofShared(),"
                    + " was expected.");
        }
        for (long i = 0; i < labels.length * size; i++) {
            float value = images.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i * Float.BYTES);
            if (!Brightness.isValid(value)) {
                throw new BadInputException("Image " + i / size + " of '" + name + "' has the value " + value
                        + "; numbers in [0, 1] were expected.");
            }
        }
        byte[] bytes = new byte[labels.length];
        for (int i = 0; i < labels.length; i++) {
            requireLabel(name, i, labels[i], classes);
            bytes[i] = (byte) labels[i];
        }
        Pixels pixels = new Pixels.Floats(images, height * width, channels);
        return new ImageSet(name, labels.length, height, width, channels, classes, pixels, bytes);
    }

    /** {@return a set of the same kind of images that holds none of them} */
    public ImageSet none() {
        return with(0, pixels, labels);
    }

    /** {@return what messages call the set} */
    public String name() {
        return name;
    }

    /** {@return how many images it has, each with its label} */
    public int count() {
        return count;
    }

    /** {@return the rows of an image} */
    public int height() {
        return height;
    }

    /** {@return the columns of an image} */
    public int width() {
        return width;
    }

    /** {@return the channels of a pixel, 1 for grey} */
    public int channels() {
        return channels;
    }

    /** {@return how many classes the labels are from} */
    public int classes() {
        return classes;
    }

    /** {@return the pixels of an image: height × width × channels} */
    public int pixelsPerImage() {
        return height * width * channels;
    }

    /** {@return the class of an image, 0 to {@code classes - 1}} */
    public int label(int image) {
        return Byte.toUnsignedInt(labels[Objects.checkIndex(image, count)]);
    }

    /** {@return the value of a pixel, 0 to 255; rounded to that scale where it came as a number in [0, 1]} */
    public int pixel(int image, int row, int column, int channel) {
        return pixels.level(place(image, row, column, channel));
    }

    /** {@return the value of a pixel as a number in [0, 1]} */
    public float value(int image, int row, int column, int channel) {
        return pixels.value(place(image, row, column, channel));
    }

    private long place(int image, int row, int column, int channel) {
        int position = Objects.checkIndex(row, height) * width + Objects.checkIndex(column, width);
        return start(image) + (long) position * channels + Objects.checkIndex(channel, channels);
    }

    /**
     * Copies an image's pixels on the scale of 0 to 255, rows, then columns, then channels.
     *
     * @param target where its {@link #pixelsPerImage} unsigned bytes go
     */
    public void copyPixelsTo(int image, byte[] target, int offset) {
        long start = start(image);
        for (int i = 0; i < pixelsPerImage(); i++) {
            target[offset + i] = (byte) pixels.level(start + i);
        }
    }

    /**
     * Writes an image as numbers in [0, 1], a pixel that came as a byte over 255, rows, then columns, then channels.
     *
     * @param target where its {@link #pixelsPerImage} float32 values go, in the machine's byte order, contiguous
     */
    public void copyScaledPixelsTo(int image, MemorySegment target, long byteOffset) {
        long start = start(image);
        int size = pixelsPerImage();
        MemorySegment out = target.asSlice(byteOffset, (long) size * Float.BYTES);
        for (int i = 0; i < size; i++) {
            out.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (long) i * Float.BYTES, pixels.value(start + i));
        }
    }

    /**
     * @param first how many examples to keep, 1 to {@link #count}
     * @return the first ones, sharing this set's memory
     * @throws BadInputException if there are fewer, or none are asked for
     */
    public ImageSet limit(int first) {
        if (first < 1 || first > count) {
            throw new BadInputException("A limit of " + first + " images of '" + name
                    + "' was asked for; between 1 and " + count + " was expected.");
        }
        return with(first, pixels, labels);
    }

    /**
     * @param last how many examples to keep, 1 to {@link #count}
     * @return the last ones, sharing the memory of this set's pixels
     * @throws BadInputException if there are fewer, or none are asked for
     */
    public ImageSet last(int last) {
        if (last < 1 || last > count) {
            throw new BadInputException("The last " + last + " images of '" + name + "' were asked for; between 1 and "
                    + count + " was expected.");
        }
        int first = count - last;
        return with(last, pixels.from((long) first * pixelsPerImage()), Arrays.copyOfRange(labels, first, count));
    }

    private ImageSet with(int images, Pixels theirPixels, byte[] theirLabels) {
        return new ImageSet(name, images, height, width, channels, classes, theirPixels, theirLabels);
    }

    /**
     * {@return the SHA-256 in hexadecimal of count, height, width and channels (big-endian ints), the pixels (bytes, or big-endian
     * float32) and the labels}
     *
     * <p>It is computed anew at each call, some tenths of a second for MNIST.
     */
    public String sha256() {
        ContentHash hash = new ContentHash().add(count, height, width, channels);
        pixels.addTo(hash, (long) count * pixelsPerImage());
        return hash.add(labels, 0, count).hex();
    }

    private long start(int image) {
        return (long) Objects.checkIndex(image, count) * pixelsPerImage();
    }
}

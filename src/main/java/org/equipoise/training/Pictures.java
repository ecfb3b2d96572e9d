package org.equipoise.training;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.equipoise.config.ImageShape;
import org.equipoise.data.IdxArray;
import org.equipoise.data.IdxReader;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.Dtype;
import org.equipoise.interop.ImageFileReader;
import org.equipoise.interop.NpyArray;
import org.equipoise.interop.NpyFile;
import org.equipoise.interop.Shape;
import org.equipoise.tensor.FloatTensor;

/** Images without labels from a PNG, IDX or NumPy file, with values in [0, 1]. */
public final class Pictures implements Evaluator.ImageSource {
    private static final float FULL_SCALE = 255f;
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
    private static final byte[] NPY = {(byte) 0x93, 'N', 'U', 'M'};
    private static final byte[] IDX = {0, 0, 8};
    private static final byte[] GZIP = {0x1f, (byte) 0x8b};

    private final ImageShape shape;
    private final int count;
    private final Values values;

    /** A value of one image. */
    private interface Values {
        float at(int image, int position, int channel);
    }

    private Pictures(ImageShape shape, int count, Values values) {
        this.shape = shape;
        this.count = count;
        this.values = values;
    }

    /**
     * @param file a PNG image, or an IDX file (raw or gzipped) or {@code .npy} file of any number of them; the kind is told from
     *     the content. Arrays are [N, C, H, W] or, for one channel, [N, H, W]; numbers in [0, 1], or unsigned bytes, which are
     *     divided by 255
     * @param shape the shape that images must have
     * @return the images
     * @throws BadInputException if it cannot be read, is none of these, or its images are of another shape
     */
    public static Pictures read(Path file, ImageShape shape) {
        byte[] start = start(file);
        if (startsWith(start, PNG)) {
            return png(file, shape);
        }
        if (startsWith(start, NPY)) {
            return npy(NpyFile.read(file), shape);
        }
        if (startsWith(start, IDX) || startsWith(start, GZIP)) {
            return idx(file, shape);
        }
        throw new BadInputException(
                file + " is no PNG, IDX or NumPy file; an image file of one of these kinds was expected.");
    }

    /**
     * @param array images as {@link #read} takes them
     * @param shape the shape that images must have
     * @return the images
     * @throws BadInputException if they are of another shape, or have other values
     */
    public static Pictures of(NpyArray array, ImageShape shape) {
        return npy(array, shape);
    }

    /** {@return how many images there are} */
    public int count() {
        return count;
    }

    @Override
    public void fill(int image, FloatTensor target, int slot) {
        int positions = shape.height() * shape.width();
        for (int position = 0; position < positions; position++) {
            for (int channel = 0; channel < shape.channels(); channel++) {
                int index = target.layout().index(position, channel);
                target.set(slot, index, values.at(image, position, channel));
            }
        }
    }

    private static byte[] start(Path file) {
        if (!Files.exists(file)) {
            throw new BadInputException(file + " does not exist; a PNG, IDX or NumPy file was expected.");
        }
        if (!Files.isRegularFile(file)) {
            throw new BadInputException(file + " is a folder or device; a PNG, IDX or NumPy file was expected.");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(4);
        } catch (IOException e) {
            throw new BadInputException(file + " cannot be read; a PNG, IDX or NumPy file was expected.", e);
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] start) {
        return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    private static Pictures png(Path file, ImageShape shape) {
        if (shape.channels() != 1 && shape.channels() != 3) {
            throw new BadInputException(file + " is a PNG image but the network's images are " + shape
                    + "; images of 1 or 3 channels were expected.");
        }
        byte[] bytes = ImageFileReader.read(file, shape.channels(), shape.height(), shape.width());
        return bytes(bytes, 1, shape);
    }

    private static Pictures idx(Path file, ImageShape shape) {
        IdxArray array = IdxReader.read(file);
        int[] expected = {array.count(), shape.height(), shape.width(), shape.channels()};
        int[] grey = {array.count(), shape.height(), shape.width()};
        boolean fits =
                Arrays.equals(array.shape(), expected) || shape.channels() == 1 && Arrays.equals(array.shape(), grey);
        if (!fits) {
            throw wrongShape(file.toString(), Arrays.toString(array.shape()), shape.channels() == 1 ? grey : expected);
        }
        return bytes(array.values(), array.count(), shape);
    }

    /** Bytes by image, row, column, channel. */
    private static Pictures bytes(byte[] bytes, int count, ImageShape shape) {
        return new Pictures(shape, count, (image, position, channel) -> {
            int index = image * shape.size() + position * shape.channels() + channel;
            return Byte.toUnsignedInt(bytes[index]) / FULL_SCALE;
        });
    }

    private static Pictures npy(NpyArray array, ImageShape shape) {
        Shape given = array.shape();
        long count = given.rank() == 0 ? 0 : given.size(0);
        Shape full = Shape.of(count, shape.channels(), shape.height(), shape.width());
        Shape grey = Shape.of(count, shape.height(), shape.width());
        if (count < 1 || !(given.equals(full) || shape.channels() == 1 && given.equals(grey))) {
            throw wrongShape(array.name(), given.toString(), new int[] {
                (int) count, shape.channels(), shape.height(), shape.width()
            });
        }
        int positions = shape.height() * shape.width();
        if (array.dtype() == Dtype.U8) {
            return new Pictures(shape, (int) count, (image, position, channel) -> {
                long index = (long) image * shape.size() + (long) channel * positions + position;
                return Byte.toUnsignedInt(array.data().get(ValueLayout.JAVA_BYTE, index)) / FULL_SCALE;
            });
        }
        if (array.dtype().isInteger()) {
            throw new BadInputException(array.name() + " holds integers of type " + array.dtype()
                    + "; numbers in [0, 1] or unsigned bytes were expected.");
        }
        float[] values = array.floats();
        for (float value : values) {
            if (!(value >= 0f && value <= 1f)) {
                throw new BadInputException(
                        array.name() + " holds the value " + value + "; numbers in [0, 1] were expected.");
            }
        }
        return new Pictures(
                shape,
                (int) count,
                (image, position, channel) -> values[image * shape.size() + channel * positions + position]);
    }

    private static BadInputException wrongShape(String file, String given, int[] expected) {
        String sizes = Arrays.toString(Arrays.copyOfRange(expected, 1, expected.length));
        return new BadInputException(file + " has shape " + given + "; [N, " + sizes.substring(1)
                + " with at least one image was expected.");
    }
}

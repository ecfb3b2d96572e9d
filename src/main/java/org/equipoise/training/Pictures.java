package org.equipoise.training;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.equipoise.config.ImageShape;
import org.equipoise.data.Brightness;
import org.equipoise.data.IdxArray;
import org.equipoise.data.IdxContent;
import org.equipoise.data.IdxFloats;
import org.equipoise.data.IdxReader;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.Dtype;
import org.equipoise.interop.ImageFileReader;
import org.equipoise.interop.NpyArray;
import org.equipoise.interop.NpyFile;
import org.equipoise.tensor.FloatTensor;

/** Images without labels from a PNG, IDX or NumPy file, with values in [0, 1]. */
public final class Pictures implements Evaluator.ImageSource {
    private static final float FULL_SCALE = 255f;
    private static final float FULL_SCALE_16 = 65535f;
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
    private static final byte[] NPY = {(byte) 0x93, 'N', 'U', 'M'};
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
     *     the content. Arrays of NumPy are [N, C, H, W] or, for one channel, [N, H, W], those of IDX [N, H, W, C] or [N, H, W]; one
     *     image needs no N. They hold numbers in [0, 1], truth values, unsigned bytes, which are divided by 255, or unsigned 16-bit
     *     integers, which are divided by 65,535, or by 255 where none is larger
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
        if (isIdx(start) || startsWith(start, GZIP)) {
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
        if (!Files.isRegularFile(file) && !Files.isDirectory(file)) {
            throw new BadInputException(
                    file + " is a device or pipe, which can be read only once; a PNG, IDX or NumPy file was expected.");
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

    /** Two zeros and the code of a type. */
    private static boolean isIdx(byte[] start) {
        return start.length > 2 && start[0] == 0 && start[1] == 0 && start[2] >= 0x08 && start[2] <= 0x0e;
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
        IdxContent content = IdxReader.readImages(file);
        List<Long> given = Arrays.stream(content.shape()).asLongStream().boxed().toList();
        List<Long> colour = sizes(shape.height(), shape.width(), shape.channels());
        List<Long> grey = sizes(shape.height(), shape.width());
        int count = count(file.toString(), given, shape.channels() == 1 ? List.of(grey, colour) : List.of(colour));
        return switch (content) {
            case IdxArray bytes -> bytes(bytes.values(), count, shape);
            case IdxFloats floats -> {
                clip(file.toString(), floats.values());
                yield new Pictures(
                        shape,
                        count,
                        (image, position, channel) ->
                                floats.values()[image * shape.size() + position * shape.channels() + channel]);
            }
        };
    }

    private static List<Long> sizes(long... sizes) {
        return Arrays.stream(sizes).boxed().toList();
    }

    /**
     * @param given the shape of an array
     * @param images the shapes that one image may have, the usual first
     * @return how many images it holds
     */
    private static int count(String file, List<Long> given, List<List<Long>> images) {
        if (images.contains(given)) {
            return 1;
        }
        boolean several = given.size() > 1 && images.contains(given.subList(1, given.size()));
        if (!several || given.getFirst() < 1) {
            String sizes = images.getFirst().toString();
            throw new BadInputException(file + " has shape " + given + "; [N, " + sizes.substring(1)
                    + " with at least one image was expected.");
        }
        return Math.toIntExact(given.getFirst());
    }

    /** Takes away what rounding has added to numbers in [0, 1]. */
    private static void clip(String file, float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Brightness.isValid(values[i])) {
                throw new BadInputException(
                        file + " holds the value " + values[i] + "; numbers in [0, 1] were expected.");
            }
            values[i] = Brightness.clip(values[i]);
        }
    }

    /** Bytes by image, row, column, channel. */
    private static Pictures bytes(byte[] bytes, int count, ImageShape shape) {
        return new Pictures(shape, count, (image, position, channel) -> {
            int index = image * shape.size() + position * shape.channels() + channel;
            return Byte.toUnsignedInt(bytes[index]) / FULL_SCALE;
        });
    }

    private static Pictures npy(NpyArray array, ImageShape shape) {
        List<Long> full = sizes(shape.channels(), shape.height(), shape.width());
        List<Long> grey = sizes(shape.height(), shape.width());
        int count =
                count(array.name(), array.shape().sizes(), shape.channels() == 1 ? List.of(full, grey) : List.of(full));
        int positions = shape.height() * shape.width();
        if (array.dtype() == Dtype.U8) {
            return new Pictures(shape, count, (image, position, channel) -> {
                long index = (long) image * shape.size() + (long) channel * positions + position;
                return Byte.toUnsignedInt(array.data().get(ValueLayout.JAVA_BYTE, index)) / FULL_SCALE;
            });
        }
        float[] values = numbers(array);
        return new Pictures(
                shape,
                count,
                (image, position, channel) -> values[image * shape.size() + channel * positions + position]);
    }

    private static float[] numbers(NpyArray array) {
        if (array.dtype().isInteger() && array.dtype() != Dtype.BOOL && array.dtype() != Dtype.U16) {
            throw new BadInputException(
                    array.name() + " holds integers of type " + array.dtype()
                            + ", whose scale nobody knows; float16, float32 or float64 in [0, 1], bool, uint8 or uint16 were expected.");
        }
        float[] values = array.floats();
        if (array.dtype() == Dtype.U16) {
            scale(values);
        } else {
            clip(array.name(), values);
        }
        return values;
    }

    /** Bytes that went through arithmetic are often kept as 16 bits; an image of 16 bits has something brighter than 0.4 %. */
    private static void scale(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, value);
        }
        float full = largest <= FULL_SCALE ? FULL_SCALE : FULL_SCALE_16;
        for (int i = 0; i < values.length; i++) {
            values[i] /= full;
        }
    }
}

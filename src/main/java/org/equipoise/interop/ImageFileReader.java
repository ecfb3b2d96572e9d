package org.equipoise.interop;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;

/** Reads PNG images of a known size into bytes of intensity. */
public final class ImageFileReader {
    private static final int MAX_BYTES = 1 << 26;

    private ImageFileReader() {}

    /**
     * Reads an image with any PNG colour type. Colour becomes grey by the luma of ITU-R BT.601 where one channel is wanted,
     * and grey is repeated where three are; samples of 16 bits are rounded to 8.
     *
     * @param file a PNG image of at most 64 MiB, opaque
     * @param channels 1 for grey, 3 for red, green and blue
     * @param height the rows it must have
     * @param width the columns it must have
     * @return unsigned intensities, 0 black, value {@code (y, x, c)} at {@code (y * width + x) * channels + c}
     * @throws BadInputException if it is missing, no PNG image, damaged, cut short, of another size, or not opaque
     * @throws WorkFailedException if it cannot be read
     */
    public static byte[] read(Path file, int channels, int height, int width) {
        if (channels != 1 && channels != 3) {
            throw new BadInputException(file + " cannot be read into " + channels
                    + " channels; an image gives 1 (grey) or 3 (red, green, blue).");
        }
        byte[] bytes = content(file);
        PngChunks.Size size = PngChunks.check(bytes, file.toString());
        if (size.width() != width || size.height() != height) {
            throw new BadInputException(file + " is an image " + size.width() + " pixels wide and " + size.height()
                    + " high; one " + width + " wide and " + height + " high was expected.");
        }
        return intensities(decode(bytes, file), channels, file);
    }

    private static byte[] content(Path file) {
        try (ByteSource source = ByteSource.of(file, "a PNG image")) {
            if (source.size() > MAX_BYTES) {
                throw new BadInputException(file + " holds " + source.size() + " bytes; a PNG image of at most "
                        + MAX_BYTES + " was expected.");
            }
            byte[] bytes = new byte[(int) source.size()];
            source.read(0, bytes, bytes.length);
            return bytes;
        }
    }

    private static BufferedImage decode(byte[] bytes, Path file) {
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in, true, true);
            return reader.read(0, new ImageReadParam());
        } catch (IOException | RuntimeException e) {
            // The decoder meets inconsistent images with whatever its arrays throw.
            throw new BadInputException(
                    file + " is a damaged PNG image that cannot be decoded; a whole one was expected.", e);
        } finally {
            reader.dispose();
        }
    }

    /** Takes samples from the raster: {@code getRGB} would change the values of grey images to those of another colour space. */
    private static byte[] intensities(BufferedImage image, int channels, Path file) {
        Raster raster = image.getRaster();
        Samples samples = Samples.of(image.getColorModel());
        byte[] result = new byte[image.getHeight() * image.getWidth() * channels];
        int[] pixel = new int[raster.getNumBands()];
        int next = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int argb = samples.argb(raster.getPixel(x, y, pixel));
                if (argb >>> 24 != 0xFF) {
                    throw new BadInputException(file + " is transparent in column " + x + " of row " + y
                            + "; an opaque image was expected.");
                }
                if (channels == 1) {
                    result[next++] = luma(argb);
                } else {
                    result[next++] = (byte) (argb >> 16);
                    result[next++] = (byte) (argb >> 8);
                    result[next++] = (byte) argb;
                }
            }
        }
        return result;
    }

    /** 0.299 R + 0.587 G + 0.114 B in fixed point with weights that add up to one, as Pillow rounds it. */
    private static byte luma(int rgb) {
        int red = rgb >> 16 & 0xFF;
        int green = rgb >> 8 & 0xFF;
        int blue = rgb & 0xFF;
        return (byte) (19595 * red + 38470 * green + 7471 * blue + 0x8000 >> 16);
    }

    /** Turns the samples of a pixel into alpha, red, green and blue of 8 bits each. */
    private interface Samples {
        int argb(int[] pixel);

        static Samples of(ColorModel model) {
            if (model instanceof IndexColorModel palette) {
                return pixel -> palette.getRGB(pixel[0]);
            }
            int most = (1 << model.getComponentSize(0)) - 1;
            boolean alpha = model.hasAlpha();
            boolean grey = model.getNumColorComponents() == 1;
            return pixel -> {
                int red = eightBits(pixel[0], most);
                int green = grey ? red : eightBits(pixel[1], most);
                int blue = grey ? red : eightBits(pixel[2], most);
                int opacity = alpha ? eightBits(pixel[pixel.length - 1], most) : 0xFF;
                return opacity << 24 | red << 16 | green << 8 | blue;
            };
        }

        private static int eightBits(int sample, int most) {
            return (sample * 0xFF + most / 2) / most;
        }
    }

    /**
     * The outer structure of a PNG image (ISO/IEC 15948): a signature, then chunks of length, type, data and CRC-32 from IHDR to
     * IEND. Decoders are lenient about it, so that an image that was cut short could pass for a whole one.
     */
    private static final class PngChunks {
        private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
        private static final int IHDR = 0x49484452;
        private static final int IEND = 0x49454E44;
        private static final int TYPE_BYTES = 4;
        private static final int FRAME_BYTES = 12;

        private PngChunks() {}

        /** What the header of an image says of its size, in pixels. */
        record Size(int width, int height) {}

        /**
         * @param source what messages call it
         * @return its size
         * @throws BadInputException if it is no PNG image, or damaged or not a whole one
         */
        static Size check(byte[] bytes, String source) {
            if (bytes.length < SIGNATURE.length
                    || !Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
                throw new BadInputException(source + " is not a PNG image, which was expected.");
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes, SIGNATURE.length, bytes.length - SIGNATURE.length);
            Size size = null;
            int type = 0;
            while (type != IEND) {
                int start = buffer.position() + Integer.BYTES;
                int length = readLength(buffer, source);
                type = buffer.getInt(start);
                checkSum(buffer, start, length, source);
                if ((type == IHDR) != (size == null) || (type == IHDR && length != 13)) {
                    throw new BadInputException(
                            source + " is a damaged PNG image: one header at its start was expected.");
                }
                if (type == IHDR) {
                    size = new Size(
                            buffer.getInt(start + TYPE_BYTES), buffer.getInt(start + TYPE_BYTES + Integer.BYTES));
                }
                buffer.position(start + TYPE_BYTES + length + Integer.BYTES);
            }
            if (size == null || buffer.hasRemaining()) {
                throw new BadInputException(
                        source + " goes on after the end of its PNG image; nothing more was expected.");
            }
            return size;
        }

        private static int readLength(ByteBuffer buffer, String source) {
            int there = buffer.remaining() - FRAME_BYTES;
            int length = there < 0 ? 0 : buffer.getInt(buffer.position());
            if (there < 0 || length < 0 || length > there) {
                throw new BadInputException(
                        source + " is a PNG image cut short; an IEND chunk at its end was expected.");
            }
            return length;
        }

        private static void checkSum(ByteBuffer buffer, int start, int length, String source) {
            CRC32 crc = new CRC32();
            crc.update(buffer.array(), start, TYPE_BYTES + length);
            if ((int) crc.getValue() != buffer.getInt(start + TYPE_BYTES + length)) {
                throw new BadInputException(source + " is a damaged PNG image: the checksum of the chunk at byte "
                        + (start - Integer.BYTES) + " is not the one expected.");
            }
        }
    }
}

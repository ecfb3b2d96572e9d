package org.equipoise.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.config.Augmentation;
import org.equipoise.random.CounterRandom;

/**
 * Shows training images mirrored and shifted at random. What an example looks like depends on seed, epoch and its number alone, so that
 * threads may share a batch in any way.
 *
 * <p>As usually done for CIFAR: an image is mirrored or not; then its edges are repeated outwards by {@code crop} pixels, and a window of
 * the image's own size is cut out anywhere in that.
 */
public record Augmenter(Augmentation settings, long seed) {
    private static final long STREAM = 1L << 43;
    private static final long HALF_WORD = 0xFFFFFFFFL;

    /**
     * Writes an image as numbers in [0, 1], rows, then columns, then channels.
     *
     * @param target where its {@link ImageSet#pixelsPerImage} float32 values go, in the machine's byte order, contiguous
     */
    public void copyTo(ImageSet images, int epoch, int example, MemorySegment target, long byteOffset) {
        if (settings.equals(Augmentation.NONE)) {
            images.copyScaledPixelsTo(example, target, byteOffset);
            return;
        }
        View view = view(epoch, example);
        long offset = byteOffset;
        for (int y = 0; y < images.height(); y++) {
            int row = within(y + view.down(), images.height());
            for (int x = 0; x < images.width(); x++) {
                int shifted = within(x + view.right(), images.width());
                int column = view.mirrored() ? images.width() - 1 - shifted : shifted;
                for (int channel = 0; channel < images.channels(); channel++) {
                    float value = images.value(example, row, column, channel);
                    target.set(ValueLayout.JAVA_FLOAT_UNALIGNED, offset, value);
                    offset += Float.BYTES;
                }
            }
        }
    }

    /**
     * How an image is seen.
     *
     * @param mirrored whether from left to right
     * @param down rows that the window lies below the image
     * @param right columns that it lies to the right of it
     */
    record View(boolean mirrored, int down, int right) {}

    /** {@return how an example is seen in an epoch} */
    View view(int epoch, int example) {
        CounterRandom random = new CounterRandom(seed, STREAM + epoch);
        long shift = random.bits(2L * example);
        boolean mirrored = settings.flip() && (random.bits(2L * example + 1) & 1) == 1;
        int positions = 2 * settings.crop() + 1;
        int down = (int) ((shift & HALF_WORD) * positions >>> Integer.SIZE) - settings.crop();
        int right = (int) ((shift >>> Integer.SIZE) * positions >>> Integer.SIZE) - settings.crop();
        return new View(mirrored, down, right);
    }

    private static int within(int place, int size) {
        return Math.clamp(place, 0, size - 1);
    }
}

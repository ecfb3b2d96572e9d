package org.equipoise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;

/** Sets whose pixels are numbers, by channel, row, column. */
class ImageNumbersTest {
    /** Two images of 3 channels, 2 rows, 1 column; the value of a pixel is its place / 16. */
    private static ImageSet set(int... labels) {
        float[] values = new float[labels.length * 6];
        for (int i = 0; i < values.length; i++) {
            values[i] = i / 16f;
        }
        return ImageSet.ofNumbers("set", MemorySegment.ofArray(values), 3, 2, 1, labels, 2);
    }

    @Test
    void pixelsAreFoundByRowColumnAndChannel() {
        ImageSet set = set(1, 0);
        assertEquals(2, set.count());
        assertEquals(1, set.label(0));
        for (int image = 0; image < 2; image++) {
            for (int row = 0; row < 2; row++) {
                for (int channel = 0; channel < 3; channel++) {
                    float expected = (image * 6 + channel * 2 + row) / 16f;
                    assertEquals(expected, set.value(image, row, 0, channel));
                    assertEquals(Math.round(255 * expected), set.pixel(image, row, 0, channel));
                }
            }
        }
        float[] copied = new float[6];
        set.copyScaledPixelsTo(1, MemorySegment.ofArray(copied), 0);
        assertArrayEquals(new float[] {6 / 16f, 8 / 16f, 10 / 16f, 7 / 16f, 9 / 16f, 11 / 16f}, copied);
    }

    @Test
    void partsAndHashesAreThoseOfTheImagesKept() {
        assertEquals(set(1).sha256(), set(1, 0).limit(1).sha256());
        assertNotEquals(set(1).sha256(), set(0).sha256());
        assertEquals(0, set(1, 0).none().count());
        byte[] bytes = new byte[6];
        set(1).copyPixelsTo(0, bytes, 0);
        assertArrayEquals(new byte[] {0, 32, 64, 16, 48, 80}, bytes);
    }

    @Test
    void roundingIsTakenAway() {
        MemorySegment pixels = MemorySegment.ofArray(new float[] {1.000001f, -1e-6f});
        ImageSet set = ImageSet.ofNumbers("set", pixels, 1, 1, 2, new int[1], 1);
        assertEquals(1, set.value(0, 0, 0, 0));
        assertEquals(0, set.value(0, 0, 1, 0));
        assertRefused("1.0001", new float[] {1.0001f}, 1, 0);
    }

    @Test
    void refusesWhatIsNoImage() {
        assertRefused("24 bytes", new float[6], 4, 1);
        assertRefused("Image 1", new float[] {0, 0, 0, -0.1f}, 2, 1, 1);
        assertRefused("NaN", new float[] {Float.NaN}, 1, 1);
        assertRefused("Label 1", new float[2], 1, 0, 2);
        BadInputException classes = assertThrows(
                BadInputException.class,
                () -> ImageSet.ofNumbers("set", MemorySegment.ofArray(new float[1]), 1, 1, 1, new int[1], 257));
        assertTrue(classes.getMessage().contains("257"), classes.getMessage());
    }

    private static void assertRefused(String part, float[] values, int width, int... labels) {
        MemorySegment segment = MemorySegment.ofArray(values);
        BadInputException refusal =
                assertThrows(BadInputException.class, () -> ImageSet.ofNumbers("set", segment, 1, 1, width, labels, 2));
        assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
    }
}

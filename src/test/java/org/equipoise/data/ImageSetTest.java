package org.equipoise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSetTest {
    @Test
    void laysPixelsOutByImageRowColumnAndChannel() {
        ImageSet colour = ImageSet.of("colour", images(2, 2, 3, 2), labels(1, 0), 2);

        assertEquals("colour", colour.name());
        assertEquals(2, colour.count());
        assertEquals(2, colour.height());
        assertEquals(3, colour.width());
        assertEquals(2, colour.channels());
        assertEquals(12, colour.pixelsPerImage());
        assertEquals(((1 * 2 + 1) * 3 + 2) * 2 + 1, colour.pixel(1, 1, 2, 1));
        assertEquals(((0 * 2 + 1) * 3 + 0) * 2 + 1, colour.pixel(0, 1, 0, 1));
        assertEquals(1, colour.label(0));
        assertEquals(0, colour.label(1));
    }

    @Test
    void treatsGreyImagesAsOneChannel() {
        ImageSet grey = ImageSet.of("grey", images(1, 2, 3), labels(0), 1);

        assertEquals(1, grey.channels());
        assertEquals(5, grey.pixel(0, 1, 2, 0));
    }

    @Test
    void readsPixelsAndLabelsAsUnsigned() {
        IdxArray bright = new IdxArray(new int[] {1, 1, 1}, new byte[] {(byte) 200});

        ImageSet set = ImageSet.of("bright", bright, labels(255), 256);

        assertEquals(200, set.pixel(0, 0, 0, 0));
        assertEquals(255, set.label(0));
    }

    @Test
    void copiesAnImage() {
        ImageSet set = ImageSet.of("set", images(2, 1, 3), labels(0, 0), 1);
        byte[] target = {9, 9, 9, 9, 9};

        set.copyPixelsTo(1, target, 1);

        assertArrayEquals(new byte[] {9, 3, 4, 5, 9}, target);
    }

    @Test
    void scalesAnImageToTheUnitInterval() {
        IdxArray images = new IdxArray(new int[] {2, 1, 3}, new byte[] {1, 1, 1, 0, 51, (byte) 255});
        ImageSet set = ImageSet.of("set", images, labels(0, 0), 1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(ValueLayout.JAVA_FLOAT, 5);
            target.set(ValueLayout.JAVA_FLOAT, 16, 7);

            set.copyScaledPixelsTo(1, target, 4);

            assertArrayEquals(new float[] {0, 0, 0.2f, 1, 7}, target.toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    @Test
    void refusesPlacesOutsideTheSet() {
        ImageSet two = ImageSet.of("set", images(3, 2, 2), labels(0, 0, 0), 1).limit(2);
        byte[] target = new byte[4];

        assertThrows(IndexOutOfBoundsException.class, () -> two.label(2));
        assertThrows(IndexOutOfBoundsException.class, () -> two.label(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> two.pixel(2, 0, 0, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> two.pixel(0, 2, 0, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> two.pixel(0, 0, 2, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> two.pixel(0, 0, 0, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> two.copyPixelsTo(2, target, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> two.copyPixelsTo(0, target, 1));
    }

    @Test
    void keepsTheFirstExamples() {
        ImageSet set = ImageSet.of("set", images(3, 1, 2), labels(2, 1, 0), 3);

        ImageSet two = set.limit(2);

        assertEquals(2, two.count());
        assertEquals(3, two.classes());
        assertEquals(1, two.label(1));
        assertEquals(3, two.pixel(1, 0, 1, 0));
        assertEquals(3, set.limit(3).count());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 4, Integer.MAX_VALUE})
    void refusesLimitsItCannotMeet(int limit) {
        ImageSet set = ImageSet.of("set", images(3, 1, 2), labels(0, 0, 0), 1);

        BadInputException refusal = assertThrows(BadInputException.class, () -> set.limit(limit));

        assertEquals(
                "A limit of " + limit + " images of 'set' was asked for; between 1 and 3 was expected.",
                refusal.getMessage());
    }

    @Test
    void refusesAnotherNumberOfLabels() {
        assertRefused(images(3, 1, 1), labels(0, 0), 1, "'set' has 3 images and 2 labels");
    }

    @Test
    void refusesLabelsThatAreNoClass() {
        assertRefused(images(3, 1, 1), labels(0, 9, 10), 10, "Label 2 of 'set' is 10; a class between 0 and 9");
    }

    @Test
    void refusesOtherShapes() {
        assertRefused(images(3, 1), labels(0, 0, 0), 1, "The images of 'set' have 2 dimensions");
        assertRefused(images(3, 1, 1), images(3, 1), 1, "The labels of 'set' have 2 dimensions");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -3, 257})
    void refusesOtherNumbersOfClasses(int classes) {
        assertRefused(images(1, 1, 1), labels(0), classes, "'set' was given " + classes + " classes");
    }

    @Test
    void hashesShapePixelsAndLabels() {
        // printf '\0\0\0\2\0\0\0\1\0\0\0\3\0\0\0\1' + pixels 00…05 + labels 01 00, through sha256sum
        String hash = ImageSet.of("set", images(2, 1, 3), labels(1, 0), 2).sha256();

        assertEquals("08e45c1a09c2c59e4926ad98dc4f02ff5c9f96a88283b6c509887f9aa97f439b", hash);
        assertEquals(
                hash, ImageSet.of("other", images(2, 1, 3), labels(1, 0), 5).sha256());
        assertNotEquals(
                hash, ImageSet.of("set", images(2, 1, 3), labels(1, 1), 2).sha256());
        assertNotEquals(
                hash, ImageSet.of("set", images(2, 3, 1), labels(1, 0), 2).sha256());
        assertNotEquals(
                hash, ImageSet.of("set", images(2, 1, 1, 3), labels(1, 0), 2).sha256());
    }

    @Test
    void hashesOnlyWhatALimitKeeps() {
        ImageSet limited =
                ImageSet.of("set", images(5, 1, 3), labels(1, 0, 1, 1, 0), 2).limit(2);

        assertEquals(ImageSet.of("set", images(2, 1, 3), labels(1, 0), 2).sha256(), limited.sha256());
    }

    private static void assertRefused(IdxArray images, IdxArray labels, int classes, String reason) {
        BadInputException refusal =
                assertThrows(BadInputException.class, () -> ImageSet.of("set", images, labels, classes));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
        assertTrue(refusal.getMessage().endsWith("expected."), refusal.getMessage());
    }

    /** Pixels numbered from 0 on. */
    private static IdxArray images(int... shape) {
        int size = 1;
        for (int dimension : shape) {
            size *= dimension;
        }
        byte[] values = new byte[size];
        for (int i = 0; i < size; i++) {
            values[i] = (byte) i;
        }
        return new IdxArray(shape, values);
    }

    private static IdxArray labels(int... classes) {
        byte[] values = new byte[classes.length];
        for (int i = 0; i < classes.length; i++) {
            values[i] = (byte) classes[i];
        }
        return new IdxArray(new int[] {classes.length}, values);
    }
}

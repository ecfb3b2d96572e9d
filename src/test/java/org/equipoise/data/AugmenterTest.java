package org.equipoise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import org.equipoise.config.Augmentation;
import org.equipoise.data.Augmenter.View;
import org.junit.jupiter.api.Test;

class AugmenterTest {
    private static final int SIDE = 5;

    /** Two images of two channels whose pixels are all different. */
    private static final ImageSet IMAGES = images();

    private static ImageSet images() {
        byte[] pixels = new byte[2 * SIDE * SIDE * 2];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        return ImageSet.of(
                "ramp",
                new IdxArray(new int[] {2, SIDE, SIDE, 2}, pixels),
                new IdxArray(new int[] {2}, new byte[2]),
                1);
    }

    private static float[] show(Augmenter augmenter, int epoch, int example) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(4L * IMAGES.pixelsPerImage() + 8, 4);
            augmenter.copyTo(IMAGES, epoch, example, target, 8);
            return target.asSlice(8).toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    @Test
    void withoutAugmentationImagesAreAsTheyAre() {
        float[] values = show(new Augmenter(Augmentation.NONE, 3), 4, 1);
        for (int i = 0; i < values.length; i++) {
            assertEquals((50 + i) / 255f, values[i]);
        }
    }

    @Test
    void anImageIsShownThroughItsView() {
        Augmenter augmenter = new Augmenter(new Augmentation(true, 2), 11);
        for (int epoch = 0; epoch < 50; epoch++) {
            View view = augmenter.view(epoch, 1);
            float[] values = show(augmenter, epoch, 1);
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    int row = Math.clamp(y + view.down(), 0, SIDE - 1);
                    int column = Math.clamp(x + view.right(), 0, SIDE - 1);
                    int original = view.mirrored() ? SIDE - 1 - column : column;
                    for (int c = 0; c < 2; c++) {
                        assertEquals(IMAGES.pixel(1, row, original, c) / 255f, values[(y * SIDE + x) * 2 + c]);
                    }
                }
            }
        }
    }

    @Test
    void everyViewComesUpAboutAsOften() {
        Augmenter augmenter = new Augmenter(new Augmentation(true, 1), 5);
        Map<View, Integer> seen = new HashMap<>();
        for (int example = 0; example < 18_000; example++) {
            seen.merge(augmenter.view(2, example), 1, Integer::sum);
        }
        assertEquals(18, seen.size());
        seen.forEach((view, count) -> assertTrue(count > 850 && count < 1150, view + " " + count));
    }

    @Test
    void seedEpochAndExampleAloneDecide() {
        Augmentation settings = new Augmentation(true, 4);
        assertArrayEquals(show(new Augmenter(settings, 7), 3, 1), show(new Augmenter(settings, 7), 3, 1));
        Map<View, Integer> byEpoch = new HashMap<>();
        Map<View, Integer> bySeed = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            byEpoch.merge(new Augmenter(settings, 7).view(i, 1), 1, Integer::sum);
            bySeed.merge(new Augmenter(settings, i).view(3, 1), 1, Integer::sum);
        }
        assertNotEquals(1, byEpoch.size());
        assertNotEquals(1, bySeed.size());
    }

    @Test
    void aFlipAloneMirrorsAndDoesNotShift() {
        Augmenter augmenter = new Augmenter(new Augmentation(true, 0), 1);
        int mirrored = 0;
        for (int example = 0; example < 1000; example++) {
            View view = augmenter.view(0, example);
            assertEquals(0, view.down());
            assertEquals(0, view.right());
            mirrored += view.mirrored() ? 1 : 0;
        }
        assertTrue(mirrored > 420 && mirrored < 580, mirrored + " of 1000");
    }
}

package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.equipoise.config.Augmentation;
import org.equipoise.config.Configuration;
import org.equipoise.config.Normalisation;
import org.equipoise.data.Augmenter;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.dynamics.PhaseProgram;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClampedImagesTest {
    private static final Normalisation ONE_CHANNEL = new Normalisation(List.of(0.5f), List.of(0.25f));
    private static final Normalisation TWO_CHANNELS = new Normalisation(List.of(1f, 2f), List.of(4f, 0.5f));

    /** Three images of one black and one white pixel, of two whites, and of two blacks. */
    private static final ImageSet IMAGES = ImageSet.of(
            "pixels",
            new IdxArray(new int[] {3, 1, 2}, new byte[] {0, -1, -1, -1, 0, 0}),
            new IdxArray(new int[] {3}, new byte[] {0, 1, 0}),
            2);

    private static FloatTensor tensor(LayerLayout layout, int images) {
        float[] values = new float[(int) FloatTensor.floatsNeeded(layout, images)];
        return new FloatTensor(MemorySegment.ofArray(values), layout, images);
    }

    private static float[][] filled(@Nullable Normalisation normalisation) {
        LayerLayout layout = LayerLayout.ofImage(1, 1, 2);
        FloatTensor target = tensor(layout, 3);
        try (Workers workers = new Workers(1)) {
            new ClampedImages(IMAGES, new Augmenter(Augmentation.NONE, 1), normalisation)
                    .fill(workers, 1, new int[] {1, 2, 0}, 1, 2, target);
        }
        float[][] values = new float[3][2];
        for (int image = 0; image < 3; image++) {
            for (int position = 0; position < 2; position++) {
                values[image][position] = target.get(image, layout.index(position, 0));
            }
        }
        return values;
    }

    @Test
    void aBatchHoldsNormalisedImagesInTheOrderOfTheEpoch() {
        // The third image and the first; the room behind them stays as it was.
        assertArrayEquals(new float[][] {{-2, -2}, {-2, 2}, {0, 0}}, filled(ONE_CHANNEL));
    }

    @Test
    void withoutNormalisationPixelsStayFromZeroToOne() {
        assertArrayEquals(new float[][] {{0, 0}, {0, 1}, {0, 0}}, filled(null));
    }

    @Test
    void everyChannelHasItsOwnMeanAndDeviation() {
        LayerLayout layout = LayerLayout.ofImage(2, 1, 2);
        FloatTensor target = tensor(layout, 2);
        float[] pixels = {5, 3, 9, 1};
        for (int i = 0; i < pixels.length; i++) {
            target.set(1, layout.index(i / 2, i % 2), pixels[i]);
        }
        PhaseProgram.normalise(TWO_CHANNELS, target, 1);
        float[] expected = {1, 2, 2, -2};
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], target.get(1, layout.index(i / 2, i % 2)));
            assertEquals(0f, target.get(0, layout.index(i / 2, i % 2)));
        }
    }

    @Test
    void pixelsInAnArrayAreNormalisedAsWell() {
        float[] pixels = {5, 3, 9, 1};
        assertSame(pixels, ClampedImages.normalised(null, pixels));
        assertArrayEquals(new float[] {5, 3, 9, 1}, pixels);
        assertSame(pixels, ClampedImages.normalised(TWO_CHANNELS, pixels));
        assertArrayEquals(new float[] {1, 2, 2, -2}, pixels);
        assertArrayEquals(new float[0], ClampedImages.normalised(TWO_CHANNELS, new float[0]));
    }

    @Test
    void aRunSaysHowItsImagesAreChanged() {
        Configuration configuration =
                StripesRun.in(Path.of(""), "training.seed=7").configuration();
        ClampedImages images = ClampedImages.of(configuration, IMAGES);
        assertSame(IMAGES, images.images());
        assertEquals(new Augmenter(Augmentation.NONE, 7), images.augmenter());
        assertNull(images.normalisation());
    }
}

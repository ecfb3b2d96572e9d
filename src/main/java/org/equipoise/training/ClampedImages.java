package org.equipoise.training;

import org.equipoise.config.Configuration;
import org.equipoise.config.Normalisation;
import org.equipoise.data.Augmenter;
import org.equipoise.data.ImageSet;
import org.equipoise.dynamics.PhaseProgram;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * Training images as a network sees them: changed at random, if they are to be, and normalised.
 *
 * @param images the training images
 * @param augmenter how they are changed
 * @param normalisation how their pixels become values, or null if not at all
 */
public record ClampedImages(
        ImageSet images, Augmenter augmenter, @Nullable Normalisation normalisation) {
    /**
     * @param configuration a run's settings
     * @param images its training images
     * @return them as the run sees them
     */
    public static ClampedImages of(Configuration configuration, ImageSet images) {
        return new ClampedImages(
                images,
                new Augmenter(
                        configuration.training().augmentation(),
                        configuration.training().seed()),
                configuration.network().normalisation());
    }

    /**
     * Fills a batch.
     *
     * @param workers who shares the work
     * @param epoch which epoch
     * @param order the order of its examples
     * @param first where in it the batch begins
     * @param count how many images it has
     * @param target where they go, laid out as the image layer
     */
    public void fill(Workers workers, int epoch, int[] order, int first, int count, FloatTensor target) {
        workers.forEach(count, (worker, i) -> {
            augmenter.copyTo(images, epoch, order[first + i], target.segment(), target.imageOffset(i));
            PhaseProgram.normalise(normalisation, target, i);
        });
    }

    /**
     * @param normalisation how pixels become the values that images are clamped to, or null to leave them
     * @param pixels an image by position and then channel, changed
     * @return the same array
     */
    public static float[] normalised(@Nullable Normalisation normalisation, float[] pixels) {
        if (normalisation != null) {
            int channels = normalisation.mean().size();
            for (int i = 0; i < pixels.length; i++) {
                int channel = i % channels;
                pixels[i] = (pixels[i] - normalisation.mean().get(channel))
                        / normalisation.deviation().get(channel);
            }
        }
        return pixels;
    }
}

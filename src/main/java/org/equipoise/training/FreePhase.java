package org.equipoise.training;

import org.equipoise.config.Configuration;
import org.equipoise.config.Normalisation;
import org.equipoise.dynamics.Settling;
import org.equipoise.kernel.StateMean;
import org.equipoise.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * How a network comes to its answers.
 *
 * @param steps steps of the free phase
 * @param average over how many of the last of them the output is averaged
 * @param normalisation how pixels become the values that images are clamped to, or null where they are those values
 */
public record FreePhase(int steps, int average, @Nullable Normalisation normalisation) {
    /**
     * @param configuration a network and its phases
     * @return how it comes to its answers
     */
    public static FreePhase of(Configuration configuration) {
        return new FreePhase(
                configuration.phases().free(),
                configuration.phases().average(),
                configuration.network().normalisation());
    }

    /**
     * Lets the images of a tile settle and reads the answers.
     *
     * @param settling the tile, its image layer filled with pixels in [0, 1]
     * @param first where the first answer goes
     * @param images how many images
     * @param outputs an array of zeros for each image, one a class, replaced by activations or logits
     */
    public void answer(Settling settling, int first, int images, float[][] outputs) {
        for (int i = 0; i < images; i++) {
            ClampedImages.normalise(normalisation, settling.image(), i);
        }
        settling.begin(images);
        settling.free(steps - average);
        for (int step = 0; step < average; step++) {
            StateMean mean = new StateMean(step, average);
            settling.free(1);
            FloatTensor states = settling.output();
            for (int i = 0; i < images; i++) {
                float[] output = outputs[first + i];
                for (int c = 0; c < output.length; c++) {
                    output[c] = mean.include(output[c], states.get(i, c));
                }
            }
        }
    }
}

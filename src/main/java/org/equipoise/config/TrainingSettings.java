package org.equipoise.config;

import org.equipoise.error.BadInputException;

/**
 * Batches, epochs and the seed.
 *
 * @param batch images an update is averaged over
 * @param epochs passes over the training images
 * @param seed what every random number is keyed by, with epoch and example
 */
public record TrainingSettings(int batch, int epochs, long seed) {
    private static final int MOST = 1_000_000;

    /** Refuses counts with which nothing is trained. */
    public TrainingSettings {
        requireCount("training.batch", batch);
        requireCount("training.epochs", epochs);
    }

    private static void requireCount(String key, int count) {
        if (count < 1 || count > MOST) {
            throw new BadInputException(key + " is " + count + "; a whole number from 1 to " + MOST + " was expected.");
        }
    }
}

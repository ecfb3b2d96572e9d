package org.equipoise.config;

import org.equipoise.error.BadInputException;

/**
 * Batches, epochs and the seed, and what is drawn by it.
 *
 * @param batch images an update is averaged over
 * @param epochs passes over the training images
 * @param seed what every random number is keyed by, with epoch and example
 * @param initial what parameters the network starts with
 * @param particles whether the states of training examples are kept between epochs
 * @param augmentation how training images are changed at random
 * @param divergence what is done about training that goes wrong
 * @param tile the most images that a thread settles together, which changes memory and speed and no result
 * @param shards how a batch is cut, so that several processes may share it
 */
public record TrainingSettings(
        int batch,
        int epochs,
        long seed,
        Initialisation initial,
        ParticleStore particles,
        Augmentation augmentation,
        Divergence divergence,
        int tile,
        ShardSettings shards) {
    /** Enough images that a pass over a block of weights pays, few enough that their state stays near. */
    public static final int DEFAULT_TILE = 64;

    private static final int MAX = 1_000_000;

    /** What is done about training that goes wrong. */
    public enum Divergence {
        /** Values that are not finite or too large end the run, and so does a layer that is silent or saturated. */
        STOP,
        /** Values that are not finite or too large end the run; a layer that is silent or saturated is told of. */
        WARN,
        /** Nobody looks. */
        IGNORE
    }

    /** Refuses counts with which nothing is trained. */
    public TrainingSettings {
        requireCount("training.batch", batch);
        requireCount("training.epochs", epochs);
        requireCount("training.tile", tile);
    }

    /**
     * Images as they are, each from rest, and parameters that are drawn by fan-in.
     *
     * @param batch images an update is averaged over
     * @param epochs passes over the training images
     * @param seed what every random number is keyed by
     */
    public TrainingSettings(int batch, int epochs, long seed) {
        this(
                batch,
                epochs,
                seed,
                Initialisation.FAN_IN,
                ParticleStore.NONE,
                Augmentation.NONE,
                Divergence.WARN,
                DEFAULT_TILE,
                ShardSettings.ONE);
    }

    /** {@return the same with batches of another size} */
    TrainingSettings withBatch(int images) {
        return new TrainingSettings(images, epochs, seed, initial, particles, augmentation, divergence, tile, shards);
    }

    /** {@return the same with tiles of at most so many images} */
    TrainingSettings withTile(int images) {
        return new TrainingSettings(batch, epochs, seed, initial, particles, augmentation, divergence, images, shards);
    }

    /** {@return the same with every example starting from rest} */
    public TrainingSettings withoutParticles() {
        return new TrainingSettings(
                batch, epochs, seed, initial, ParticleStore.NONE, augmentation, divergence, tile, shards);
    }

    /** {@return the same with another number of epochs} */
    TrainingSettings withEpochs(int passes) {
        return new TrainingSettings(batch, passes, seed, initial, particles, augmentation, divergence, tile, shards);
    }

    /** {@return the same with batches cut otherwise} */
    TrainingSettings withShards(ShardSettings cut) {
        return new TrainingSettings(batch, epochs, seed, initial, particles, augmentation, divergence, tile, cut);
    }

    private static void requireCount(String key, int count) {
        if (count < 1 || count > MAX) {
            throw new BadInputException(key + " is " + count + "; a whole number from 1 to " + MAX + " was expected.");
        }
    }
}

package org.equipoise.config;

/** Batches, epochs and the seed, and what is drawn by it. */
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
    private static final int USUAL_TILE = 64;

    static final SettingsTable<TrainingSettings> SETTINGS = SettingsTable.block(TrainingSettings.class, "training", """
            batch | 125, needed | a whole number from 1 to 1000000 | images an update is averaged over
            epochs | 250, needed | a whole number from 1 to 1000000 | passes over the training images
            seed | 0 | | what every random number is keyed by, with epoch and image
            initial | fan-in | | what weights and biases the network starts with: U(±1/√fan-in), or Glorot's without biases
            particles | none | | where the state that each training image settles in is kept for its next turn
            augment = augmentation | none | | how training images are changed at random each time they are shown
            divergence | warn | | whether a silent or saturated layer ends the run; values that are not finite do unless ignored
            tile | 64 | a whole number from 1 to 1000000 | the most images that a thread settles together; no result depends on it
            = shards | | |""")
            .form("augment", Form.off("none", Augmentation.NONE, Augmentation.SETTINGS.form()))
            .among(ShardSettings.SETTINGS);

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
        SETTINGS.check(batch, epochs, seed, initial, particles, augmentation, divergence, tile, shards);
    }

    /** Images as they are, each from rest, and parameters that are drawn by fan-in. */
    public TrainingSettings(int batch, int epochs, long seed) {
        this(
                batch,
                epochs,
                seed,
                Initialisation.FAN_IN,
                ParticleStore.NONE,
                Augmentation.NONE,
                Divergence.WARN,
                USUAL_TILE,
                ShardSettings.ONE);
    }

    /** {@return the same with every example starting from rest} */
    public TrainingSettings withoutParticles() {
        return SETTINGS.with(this, "particles", ParticleStore.NONE);
    }
}

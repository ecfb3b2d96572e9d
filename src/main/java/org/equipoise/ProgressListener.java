package org.equipoise;

/**
 * Hears how training goes, and may end it. It is called by the thread that trains, between two batches: it may ask the network, save
 * it or open a {@link Predictor}, and an exception that it throws ends the training.
 */
public interface ProgressListener {
    /** Hears nothing and lets training run to its end. */
    ProgressListener SILENT = new ProgressListener() {};

    /**
     * Called after each batch.
     *
     * @param report where training is
     */
    default void batchDone(BatchReport report) {}

    /**
     * Called after each epoch and its test.
     *
     * @param report what the epoch came to
     */
    default void epochDone(EpochReport report) {}

    /**
     * Asked before each batch and now and then during a test.
     *
     * @return true to end training there; the network keeps what it has learnt
     */
    default boolean stops() {
        return false;
    }
}

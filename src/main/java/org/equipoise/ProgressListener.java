package org.equipoise;

/**
 * Hears how training goes, and may end it. It is called by the thread that trains, between two batches: it may ask the network, save
 * it or open a {@link Predictor}, and an exception that it throws ends the training.
 */
public interface ProgressListener {
    /** Does nothing but log warnings, and lets training run to its end. */
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
     * Called when a layer has been silent or saturated for 20 batches in a row, and again after 200 and 2000. Without an implementation
     * the warning goes to the {@link System.Logger} {@code org.equipoise}. With {@code training.divergence: stop} such a layer ends the
     * training instead, and with {@code ignore} nobody looks.
     *
     * @param warning which layer, and the usual cause
     */
    default void healthWarning(HealthWarning warning) {
        System.getLogger("org.equipoise").log(System.Logger.Level.WARNING, warning.message());
    }

    /**
     * Asked before each batch and now and then during a test.
     *
     * @return true to end training there; the network keeps what it has learnt
     */
    default boolean stops() {
        return false;
    }
}

package org.equipoise.training;

import org.equipoise.training.health.TrainingAnomaly;

/** Hears how a run goes. */
public interface TrainingListener {
    /** Hears nothing. */
    TrainingListener SILENT = new TrainingListener() {};

    /**
     * @param other another listener
     * @return one that passes on to both what it hears, to this one first
     */
    default TrainingListener and(TrainingListener other) {
        TrainingListener first = this;
        return new TrainingListener() {
            @Override
            public void batchDone(Progress progress, int batches, double[] firingRates, double sampleStepsPerSecond) {
                first.batchDone(progress, batches, firingRates, sampleStepsPerSecond);
                other.batchDone(progress, batches, firingRates, sampleStepsPerSecond);
            }

            @Override
            public void testing(int images, int all) {
                first.testing(images, all);
                other.testing(images, all);
            }

            @Override
            public void anomalyDetected(TrainingAnomaly anomaly, Progress progress) {
                first.anomalyDetected(anomaly, progress);
                other.anomalyDetected(anomaly, progress);
            }

            @Override
            public void epochDone(EpochMetrics metrics) {
                first.epochDone(metrics);
                other.epochDone(metrics);
            }
        };
    }

    /**
     * After each batch.
     *
     * @param progress where the run is
     * @param batches batches of an epoch
     * @param firingRates spikes a neuron and step of each layer in this epoch so far, from the image on
     * @param sampleStepsPerSecond speed of training in this epoch so far
     */
    default void batchDone(Progress progress, int batches, double[] firingRates, double sampleStepsPerSecond) {}

    /**
     * When training goes wrong in a way that does not end it.
     *
     * @param anomaly what is wrong
     * @param progress where the run was before the batch
     */
    default void anomalyDetected(TrainingAnomaly anomaly, Progress progress) {}

    /**
     * While the network is tested.
     *
     * @param images images done
     * @param all images there are
     */
    default void testing(int images, int all) {}

    /**
     * After each epoch and its test.
     *
     * @param metrics what it came to
     */
    default void epochDone(EpochMetrics metrics) {}
}

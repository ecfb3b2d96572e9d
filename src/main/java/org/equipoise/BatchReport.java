package org.equipoise;

import java.util.List;

/**
 * Where training is after a batch.
 *
 * @param epoch epochs that are complete
 * @param batch batches done of the epoch under way
 * @param batches batches of an epoch
 * @param trainErrorPercent wrong answers of a hundred in this epoch so far, each image asked before it was learnt from
 * @param trainLoss mean of the loss on the same
 * @param firingRates spikes a neuron and step of each layer in this epoch so far, from the image on; empty without spikes
 * @param sampleStepsPerSecond updates of the whole network for one image, per second of training in this epoch
 */
public record BatchReport(
        int epoch,
        int batch,
        int batches,
        double trainErrorPercent,
        double trainLoss,
        List<Double> firingRates,
        double sampleStepsPerSecond) {
    /** Copies the list. */
    public BatchReport {
        firingRates = List.copyOf(firingRates);
    }
}

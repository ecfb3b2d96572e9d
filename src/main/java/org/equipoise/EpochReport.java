package org.equipoise;

import java.util.List;

/**
 * What an epoch came to.
 *
 * @param epoch which epoch of this network, from 1
 * @param trainErrorPercent wrong answers of a hundred among the training images, each asked before it was learnt from
 * @param trainLoss mean of the loss on the same
 * @param testErrorPercent wrong answers of a hundred among the test images after the epoch; not a number without test images
 * @param testLoss mean of the loss on the same; zero without test images
 * @param firingRates spikes a neuron and step of each layer while training, from the image on; empty without spikes
 * @param sampleSteps updates of the whole network for one image since the network was opened, tests included
 * @param sampleStepsPerSecond the same in this epoch, per second of training
 * @param seconds time since the network was opened that was spent training and testing
 */
public record EpochReport(
        int epoch,
        double trainErrorPercent,
        double trainLoss,
        double testErrorPercent,
        double testLoss,
        List<Double> firingRates,
        long sampleSteps,
        double sampleStepsPerSecond,
        double seconds) {
    /** Copies the list. */
    public EpochReport {
        firingRates = List.copyOf(firingRates);
    }
}

package org.equipoise;

import java.util.List;

/**
 * How a network does on labelled images.
 *
 * @param samples how many images
 * @param errors how many were given the wrong class
 * @param loss mean of the loss: half the squared error of the activations, or the cross-entropy of a softmax readout
 * @param confusion for each true class, how many of its images were given each class
 */
public record Score(int samples, int errors, double loss, List<List<Integer>> confusion) {
    /** Copies the lists. */
    public Score {
        confusion = confusion.stream().map(List::copyOf).toList();
    }

    /**
     * Puts errors into proportion.
     *
     * @return wrong images of a hundred
     */
    public double errorPercent() {
        return 100.0 * errors / samples;
    }
}

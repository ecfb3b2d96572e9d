package org.equipoise.training;

import java.util.List;
import org.equipoise.dynamics.StepCount;

/**
 * How a network does on a set of images.
 *
 * @param samples how many images
 * @param errors how many were given the wrong class
 * @param loss mean of the loss
 * @param confusion for each true class, how many images were given each of the network's classes
 * @param steps the steps that took
 */
public record Evaluation(int samples, int errors, double loss, List<List<Integer>> confusion, StepCount steps) {
    /** {@return wrong images of a hundred} */
    public double errorPercent() {
        return 100.0 * errors / samples;
    }
}

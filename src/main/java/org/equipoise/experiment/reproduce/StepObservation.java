package org.equipoise.experiment.reproduce;

import java.util.List;

/**
 * A network after one step.
 *
 * @param nudged whether the step belongs to the nudge phase
 * @param step which step, counted from the start of the free phase, from 1
 * @param layers its layers, from the first hidden one
 */
public record StepObservation(boolean nudged, int step, List<LayerObservation> layers) {
    /** Copies the list. */
    public StepObservation {
        layers = List.copyOf(layers);
    }

    /** {@return what tables call the phase} */
    String phase() {
        return nudged ? "nudge" : "free";
    }
}

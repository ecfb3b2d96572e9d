package org.equipoise;

/**
 * A layer that has stopped learning: where all its neurons are at a bound of their range, the derivative of their activation is zero.
 * Training goes on.
 *
 * @param kind in which way
 * @param layer which, 0 for the first after the image
 * @param batches for how many batches in a row
 * @param message what it is and its usual cause, a sentence for people
 */
public record HealthWarning(Kind kind, int layer, int batches, String message) {
    /** Ways in which a layer stops learning. */
    public enum Kind {
        /** No neuron of the layer is active for any image. */
        SILENT,
        /** All but a few neurons of the layer are as active as they can be, for all images. */
        SATURATED
    }
}

package org.equipoise.training.health;

/**
 * Training that goes wrong.
 *
 * @param kind in which way
 * @param layer in which layer, 1 for the first hidden layer
 * @param batches for how many batches in a row
 * @param description what it is and its usual cause, a sentence without its full stop
 */
public record TrainingAnomaly(Kind kind, int layer, int batches, String description) {
    /** Ways in which training goes wrong. */
    public enum Kind {
        /** An activation, weight or bias is infinite or no number. */
        NOT_FINITE,
        /** An activation, weight or bias is beyond anything that learns. */
        TOO_LARGE,
        /** No neuron of the layer is active for any image. */
        SILENT,
        /** All but a few neurons of the layer are as active as they can be, for all images. */
        SATURATED;

        /** {@return whether nothing that comes after it can be of use} */
        public boolean fatal() {
            return this == NOT_FINITE || this == TOO_LARGE;
        }
    }
}

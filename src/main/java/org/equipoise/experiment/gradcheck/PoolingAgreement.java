package org.equipoise.experiment.gradcheck;

import java.util.List;

/**
 * How well the gradient that Equilibrium Propagation finds in a spiking network agrees with back-propagation's in the rate network of the
 * same weights, where both pool in one way.
 *
 * @param pooling {@code avg}, {@code max}, or {@code none} for a network without pooling
 * @param layers the agreement of each layer, as if all steps were one
 */
public record PoolingAgreement(String pooling, List<LayerAgreement> layers) {
    /** Copies the list. */
    public PoolingAgreement {
        layers = List.copyOf(layers);
    }
}

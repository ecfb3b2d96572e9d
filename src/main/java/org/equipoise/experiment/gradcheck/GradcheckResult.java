package org.equipoise.experiment.gradcheck;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.plot.Table;

/**
 * What a {@link GradientCheck} found.
 *
 * @param passed whether weights and biases of all layers agree within the tolerance, in the rate network
 * @param tolerance as {@link Agreement#within} takes it
 * @param images how many images the gradients are the mean of
 * @param free steps T of the free phase
 * @param nudge steps K of a nudge phase, and steps walked back
 * @param movement the largest change of an activation of the rate network in one step more after the free phase
 * @param layers the agreement of each layer, in the rate network
 * @param spiking the agreement of the spiking network's gradients, by pooling; empty without spikes
 */
public record GradcheckResult(
        boolean passed,
        double tolerance,
        int images,
        int free,
        int nudge,
        float beta,
        float spikingBeta,
        double movement,
        List<LayerAgreement> layers,
        List<PoolingAgreement> spiking,
        List<LayerCurves> curves,
        long predictedOffHeapBytes,
        long peakOffHeapBytes,
        Map<String, String> provenance) {
    /**
     * How well the gradient that Equilibrium Propagation finds in a spiking network agrees with back-propagation's in the rate network of
     * the same weights, where both pool in one way.
     *
     * @param pooling {@code avg}, {@code max}, or {@code none} for a network without pooling
     * @param layers the agreement of each layer, as if all steps were one
     */
    public record PoolingAgreement(String pooling, List<LayerAgreement> layers) {}

    /** {@return the first layer that does not agree within the tolerance, and the parts of it that do not, as a sentence} */
    public Optional<String> failure() {
        return layers.stream()
                .filter(layer -> !layer.within(tolerance))
                .findFirst()
                .map(this::sentence);
    }

    private String sentence(LayerAgreement layer) {
        boolean weights = !layer.weights().within(tolerance);
        Agreement worst = weights ? layer.weights() : layer.bias();
        return Table.format(
                "The gradients of layer %d (%s, %s) differ by more than the tolerance %s: their cosine is %.5f and the ratio of"
                        + " their lengths %.5f, and the activations still moved by up to %.1e a step when the nudge began.",
                layer.layer(),
                layer.name(),
                weights ? "weights" : "biases",
                tolerance,
                worst.cosine(),
                worst.normRatio(),
                movement);
    }
}

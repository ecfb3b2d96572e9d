package org.equipoise.experiment.gradcheck;

import java.util.List;

/**
 * How the gradient of a layer's weights comes about over the steps t, by nudging and by walking back.
 *
 * @param layer which layer, 0 for the first hidden one
 * @param name what it is
 * @param samples some of its weights
 * @param epMean mean magnitude over all of its weights, by step, of Equilibrium Propagation
 * @param bpttMean the same of back-propagation
 * @param cosine cosine of the angle between the two in each step; 0 where one of them is zero
 */
public record LayerCurves(
        int layer, String name, List<Curve> samples, List<Double> epMean, List<Double> bpttMean, List<Double> cosine) {
    /** Copies the lists. */
    public LayerCurves {
        samples = List.copyOf(samples);
        epMean = List.copyOf(epMean);
        bpttMean = List.copyOf(bpttMean);
        cosine = List.copyOf(cosine);
    }
}

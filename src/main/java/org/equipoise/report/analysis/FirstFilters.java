package org.equipoise.report.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.equipoise.interop.ParameterFile;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.network.Connection;

/**
 * The weights between the image and the first layer, a small picture for each channel or unit of that layer.
 *
 * @param convolution whether they are kernels of a convolution; those of a linear layer are as large as the image
 * @param filters weights of each, (channels, height, width)
 */
public record FirstFilters(boolean convolution, int channels, int height, int width, List<float[]> filters) {
    /** {@return the filters of its last checkpoint} */
    static FirstFilters of(RunRecord run) {
        Connection first = run.topology().connections().getFirst();
        try (SafetensorsFile tensors = SafetensorsFile.open(run.model().file())) {
            float[] weights = tensors.floats(ParameterFile.weightName(0));
            return of(first, weights);
        }
    }

    /**
     * @param first the connection from the image
     * @param weights its weights in interchange order
     */
    public static FirstFilters of(Connection first, float[] weights) {
        int size = first.fanIn();
        List<float[]> filters = new ArrayList<>();
        for (int out = 0; out < first.layer().channels(); out++) {
            filters.add(Arrays.copyOfRange(weights, out * size, (out + 1) * size));
        }
        return new FirstFilters(
                !first.linear(), first.below().channels(), first.kernelHeight(), first.kernelWidth(), filters);
    }

    /** {@return the largest magnitude of a weight} */
    public float largest() {
        float largest = 0;
        for (float[] filter : filters) {
            for (float weight : filter) {
                largest = Math.max(largest, Math.abs(weight));
            }
        }
        return largest;
    }
}

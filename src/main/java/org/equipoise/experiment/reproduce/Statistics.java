package org.equipoise.experiment.reproduce;

import java.util.Arrays;
import org.equipoise.tensor.FloatTensor;

/**
 * Mean and standard deviation of values.
 *
 * @param deviation their standard deviation, of all of them and not of a sample
 * @param magnitude the mean of their magnitudes
 */
public record Statistics(double mean, double deviation, double magnitude) {
    /** {@return those of the values of the first images of a layer; padding lanes are left out} */
    static Statistics of(FloatTensor values, int images) {
        float[][] rows = new float[images][];
        Arrays.setAll(rows, values::positionMajor);
        return of(rows);
    }

    /**
     * @param values values of neurons, a row for each image, as long as the others
     */
    static Statistics of(float[][] values) {
        double sum = 0;
        double squares = 0;
        double magnitudes = 0;
        for (float[] row : values) {
            for (double value : row) {
                sum += value;
                squares += value * value;
                magnitudes += Math.abs(value);
            }
        }
        double count = (double) values.length * values[0].length;
        double mean = sum / count;
        return new Statistics(mean, Math.sqrt(Math.max(0, squares / count - mean * mean)), magnitudes / count);
    }
}

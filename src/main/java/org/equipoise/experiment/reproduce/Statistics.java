package org.equipoise.experiment.reproduce;

import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;

/**
 * Mean and standard deviation of values.
 *
 * @param mean their mean
 * @param deviation their standard deviation, of all of them and not of a sample
 * @param magnitude the mean of their magnitudes
 */
public record Statistics(double mean, double deviation, double magnitude) {
    /**
     * @param values values of a layer; padding lanes are left out
     * @param images how many images, from the first
     * @return their statistics over neurons and images, summed image by image in the order of neurons
     */
    static Statistics of(FloatTensor values, int images) {
        return of(values.layout(), images, values::get);
    }

    /** A value of one neuron. */
    @FunctionalInterface
    interface NeuronValue {
        /**
         * @param image the image
         * @param neuron its index within the image
         * @return the value
         */
        float of(int image, int neuron);
    }

    /** The same of values that lie elsewhere. */
    static Statistics of(LayerLayout layout, int images, NeuronValue values) {
        double sum = 0;
        double squares = 0;
        double magnitudes = 0;
        for (int image = 0; image < images; image++) {
            for (int position = 0; position < layout.positions(); position++) {
                for (int channel = 0; channel < layout.channels(); channel++) {
                    double value = values.of(image, layout.index(position, channel));
                    sum += value;
                    squares += value * value;
                    magnitudes += Math.abs(value);
                }
            }
        }
        double count = (double) images * layout.neurons();
        double mean = sum / count;
        return new Statistics(mean, Math.sqrt(Math.max(0, squares / count - mean * mean)), magnitudes / count);
    }
}

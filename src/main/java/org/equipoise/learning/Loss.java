package org.equipoise.learning;

import java.util.stream.IntStream;
import org.equipoise.config.NetworkSettings;
import org.equipoise.kernel.Softmax;
import org.equipoise.tensor.FloatTensor;

/** What training makes small. */
public enum Loss {
    /** {@code ½ ‖s − y‖²} of the output's activations. */
    HALF_SQUARED_ERROR,
    /** {@code −ln softmax(z)} of the true class. */
    CROSS_ENTROPY;

    /**
     * @param network a network
     * @return the loss that its output is nudged by
     */
    public static Loss of(NetworkSettings network) {
        return switch (network.readout()) {
            case STATE -> HALF_SQUARED_ERROR;
            case SOFTMAX -> CROSS_ENTROPY;
        };
    }

    /**
     * @param output the network's output for an image: activations or logits, one a class
     * @param label its true class
     * @return the loss
     */
    public double of(float[] output, int label) {
        return switch (this) {
            case HALF_SQUARED_ERROR -> halfSquaredError(output, label);
            case CROSS_ENTROPY -> Softmax.crossEntropy(output, label);
        };
    }

    /**
     * How far an answer is on the side of the true class: in activations, or in probabilities of the softmax.
     *
     * @param output outputs of a batch: activations or logits
     * @param target its targets; the true class is that of the largest
     * @param image which image
     * @return the answer for the true class less the largest for another, or less zero where there is no other
     */
    double margin(FloatTensor output, FloatTensor target, int image) {
        int classes = output.layout().channels();
        double[] answers = switch (this) {
            case HALF_SQUARED_ERROR ->
                IntStream.range(0, classes)
                        .mapToDouble(c -> output.get(image, c))
                        .toArray();
            case CROSS_ENTROPY -> Softmax.probabilities(output, image);
        };
        int label = 0;
        for (int c = 0; c < classes; c++) {
            if (target.get(image, c) > target.get(image, label)) {
                label = c;
            }
        }
        double largest = classes == 1 ? 0 : Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            largest = c == label ? largest : Math.max(largest, answers[c]);
        }
        return answers[label] - largest;
    }

    private static double halfSquaredError(float[] output, int label) {
        double sum = 0;
        for (int c = 0; c < output.length; c++) {
            double difference = output[c] - (c == label ? 1.0 : 0.0);
            sum += difference * difference;
        }
        return sum / 2;
    }
}

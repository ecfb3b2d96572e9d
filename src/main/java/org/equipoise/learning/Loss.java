package org.equipoise.learning;

import org.equipoise.config.NetworkSettings;
import org.equipoise.kernel.Softmax;

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

    private static double halfSquaredError(float[] output, int label) {
        double sum = 0;
        for (int c = 0; c < output.length; c++) {
            double difference = output[c] - (c == label ? 1.0 : 0.0);
            sum += difference * difference;
        }
        return sum / 2;
    }
}

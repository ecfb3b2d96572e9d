package org.equipoise.kernel;

import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;

/**
 * Softmax and cross-entropy of logits. A handful of classes an image, so there is one implementation for all kernels: double
 * precision, classes in order, the largest logit taken out first so that nothing overflows.
 */
public final class Softmax {
    private Softmax() {}

    /**
     * The negative gradient of the cross-entropy with respect to the logits, times β: {@code pull = β (y − softmax(z))}.
     *
     * @param logits z, one a class
     * @param target y, probabilities that sum to one
     * @param beta β
     * @param pull written; lanes of the padding are left alone
     * @param images how many images, from the first
     */
    public static void pull(FloatTensor logits, FloatTensor target, float beta, FloatTensor pull, int images) {
        LayerLayout layout = logits.layout();
        for (int image = 0; image < images; image++) {
            double largest = largest(logits, image);
            double sum = sum(logits, image, largest);
            for (int c = 0; c < layout.channels(); c++) {
                double probability = StrictMath.exp(logits.get(image, c) - largest) / sum;
                pull.set(image, c, (float) (beta * (target.get(image, c) - probability)));
            }
        }
    }

    /**
     * @param logits z, one a class
     * @param image which image
     * @return softmax(z)
     */
    public static double[] probabilities(FloatTensor logits, int image) {
        double[] probabilities = new double[logits.layout().channels()];
        double largest = largest(logits, image);
        double sum = sum(logits, image, largest);
        for (int c = 0; c < probabilities.length; c++) {
            probabilities[c] = StrictMath.exp(logits.get(image, c) - largest) / sum;
        }
        return probabilities;
    }

    private static double largest(FloatTensor logits, int image) {
        double largest = logits.get(image, 0);
        for (int c = 1; c < logits.layout().channels(); c++) {
            largest = Math.max(largest, logits.get(image, c));
        }
        return largest;
    }

    /** The sum of the exponentials of the logits less the largest. */
    private static double sum(FloatTensor logits, int image, double largest) {
        double sum = 0;
        for (int c = 0; c < logits.layout().channels(); c++) {
            sum += StrictMath.exp(logits.get(image, c) - largest);
        }
        return sum;
    }

    /**
     * @param logits z, one a class
     * @param label the true class
     * @return {@code −ln softmax(z)[label]}
     */
    public static double crossEntropy(float[] logits, int label) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += StrictMath.exp(logit - largest);
        }
        return StrictMath.log(sum) - (logits[label] - largest);
    }
}

package org.equipoise.experiment.gradcheck;

/**
 * How well the gradients of a layer's parameters agree. The numbers of the weights stand at the top.
 *
 * @param layer which layer, 0 for the first hidden one
 * @param name what it is
 * @param cosine as {@link Agreement#cosine}, of the weights
 * @param normRatio as {@link Agreement#normRatio}, of the weights
 * @param relativeRmse as {@link Agreement#relativeRmse}, of the weights
 * @param signErrorPercent as {@link Agreement#signErrorPercent}, of the weights
 * @param bias the same of the biases
 */
public record LayerAgreement(
        int layer,
        String name,
        double cosine,
        double normRatio,
        double relativeRmse,
        double signErrorPercent,
        Agreement bias) {

    static LayerAgreement of(int layer, String name, Agreement weights, Agreement bias) {
        return new LayerAgreement(
                layer,
                name,
                weights.cosine(),
                weights.normRatio(),
                weights.relativeRmse(),
                weights.signErrorPercent(),
                bias);
    }

    /** {@return the agreement of the weights} */
    Agreement weights() {
        return new Agreement(cosine, normRatio, relativeRmse, signErrorPercent);
    }

    /**
     * @param tolerance a number from 0 to 1
     * @return whether weights and biases agree within it
     */
    boolean within(double tolerance) {
        return weights().within(tolerance) && bias.within(tolerance);
    }
}

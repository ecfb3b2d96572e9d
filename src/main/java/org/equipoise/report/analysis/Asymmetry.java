package org.equipoise.report.analysis;

import java.util.List;

/**
 * How the gradients of the two nudges differ, layer by layer, against two states without a nudge.
 *
 * @param images how many images the gradients are the mean of
 * @param againstFree against the state at the end of the free phase, as one-sided estimators take it: what has not settled by then
 *     moves on during the nudges, and counts in both gradients with opposite signs
 * @param againstLater against the state as many steps later as the nudges take: the response to the nudges alone
 */
public record Asymmetry(int images, List<Layer> againstFree, List<Layer> againstLater) {
    /**
     * How the gradients of the two nudges differ in one layer: {@code g₊ = (plus − free) / β} and {@code g₋ = (free − minus) / β}. Where
     * the response to a nudge is linear they are equal; their mean, the symmetric estimate, is free of the error of first order in β that each of
     * them has (Laborieux et al. 2021).
     *
     * @param cosine cosine of the angle between them, no number where one of them is zero
     */
    public record Layer(String layer, double cosine, double plusNorm, double minusNorm) {
        /** {@return ‖g₊‖ / ‖g₋‖, no finite number where g₋ is zero} */
        public double normRatio() {
            return plusNorm / minusNorm;
        }

        /**
         * @param plus g₊, weights and then biases
         * @param minus g₋ likewise
         */
        static Layer between(String layer, float[][] plus, float[][] minus) {
            double product = 0;
            double plusSquares = 0;
            double minusSquares = 0;
            for (int part = 0; part < plus.length; part++) {
                for (int i = 0; i < plus[part].length; i++) {
                    double p = plus[part][i];
                    double m = minus[part][i];
                    product += p * m;
                    plusSquares += p * p;
                    minusSquares += m * m;
                }
            }
            double norms = Math.sqrt(plusSquares) * Math.sqrt(minusSquares);
            return new Layer(
                    layer, norms == 0 ? Double.NaN : product / norms, Math.sqrt(plusSquares), Math.sqrt(minusSquares));
        }
    }
}

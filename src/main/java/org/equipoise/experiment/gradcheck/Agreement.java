package org.equipoise.experiment.gradcheck;

/**
 * How well an estimate of a gradient agrees with back-propagation's.
 *
 * @param cosine cosine of the angle between the two, summed over all steps; 0 where one of them is zero
 * @param normRatio length of the estimate over that of back-propagation's gradient; 0 where the latter is zero
 * @param relativeRmse mean over coordinates of {@code ‖EP − BPTT‖_K / max(‖EP‖_K, ‖BPTT‖_K)}, norms over the K steps (Ernoult et al.
 *     2019); coordinates where both are zero are left out
 * @param signErrorPercent coordinates in which the two, summed over all steps, point in opposite directions, of a hundred in which one
 *     of them is not zero
 */
public record Agreement(double cosine, double normRatio, double relativeRmse, double signErrorPercent) {
    /**
     * Whether the two agree: the cosine is at least {@code 1 − tolerance}, and the lengths differ by no more than an error across the
     * gradient may then be long, {@code √(2 · tolerance)} of its length.
     *
     * @param tolerance a number from 0 to 1
     */
    public boolean within(double tolerance) {
        return 1 - cosine <= tolerance && Math.abs(normRatio - 1) <= Math.sqrt(2 * tolerance);
    }

    /**
     * Compares gradients that are not known step by step.
     *
     * @param estimate Equilibrium Propagation's
     * @param exact back-propagation's, as long
     * @return their agreement, as if all of it had come in one step
     */
    static Agreement of(double[] estimate, double[] exact) {
        Sums sums = new Sums(estimate.length);
        sums.add(estimate, exact);
        return sums.agreement();
    }

    /** Two gradients of the same coordinates, summed step by step in double precision, with the squares that norms over the steps need. */
    static final class Sums {
        private final double[] estimate;
        private final double[] exact;
        private final double[] squaredEstimate;
        private final double[] squaredExact;
        private final double[] squaredDifference;

        Sums(int coordinates) {
            this.estimate = new double[coordinates];
            this.exact = new double[coordinates];
            this.squaredEstimate = new double[coordinates];
            this.squaredExact = new double[coordinates];
            this.squaredDifference = new double[coordinates];
        }

        /**
         * Adds a step.
         *
         * @param ofEstimate Equilibrium Propagation's gradient in it
         * @param ofExact back-propagation's
         */
        void add(double[] ofEstimate, double[] ofExact) {
            if (ofEstimate.length != estimate.length || ofExact.length != estimate.length) {
                throw new IllegalArgumentException("Gradients of " + ofEstimate.length + " and " + ofExact.length
                        + " coordinates were given where " + estimate.length + " are compared");
            }
            for (int i = 0; i < estimate.length; i++) {
                double ep = ofEstimate[i];
                double bptt = ofExact[i];
                estimate[i] += ep;
                exact[i] += bptt;
                squaredEstimate[i] += ep * ep;
                squaredExact[i] += bptt * bptt;
                squaredDifference[i] += (ep - bptt) * (ep - bptt);
            }
        }

        /** {@return the agreement of all that was added} */
        Agreement agreement() {
            double product = 0;
            double squaresOfEstimate = 0;
            double squaresOfExact = 0;
            double relative = 0;
            int moving = 0;
            int opposite = 0;
            int signed = 0;
            for (int i = 0; i < estimate.length; i++) {
                product += estimate[i] * exact[i];
                squaresOfEstimate += estimate[i] * estimate[i];
                squaresOfExact += exact[i] * exact[i];
                double larger = Math.max(squaredEstimate[i], squaredExact[i]);
                if (larger > 0) {
                    relative += Math.sqrt(squaredDifference[i] / larger);
                    moving++;
                }
                if (estimate[i] != 0 || exact[i] != 0) {
                    signed++;
                    opposite += estimate[i] * exact[i] < 0 ? 1 : 0;
                }
            }
            double lengths = Math.sqrt(squaresOfEstimate) * Math.sqrt(squaresOfExact);
            return new Agreement(
                    lengths == 0 ? 0 : Math.clamp(product / lengths, -1, 1),
                    squaresOfExact == 0 ? 0 : Math.sqrt(squaresOfEstimate / squaresOfExact),
                    moving == 0 ? 0 : relative / moving,
                    signed == 0 ? 0 : 100.0 * opposite / signed);
        }
    }
}

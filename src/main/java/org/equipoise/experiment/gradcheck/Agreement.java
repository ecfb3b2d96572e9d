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
     * @return whether they do
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
        StepSums sums = new StepSums(estimate.length);
        sums.add(estimate, exact);
        return sums.agreement();
    }
}

package org.equipoise.bench.scaling;

import java.util.Arrays;

/** A linear model fitted to measurements. */
final class LeastSquares {
    private LeastSquares() {}

    /**
     * Minimises {@code Σ ((measured − Σ factor · term) / measured)²}, so that small times count as much as large ones, over factors that
     * are not negative: a term that would get a negative one is left out.
     *
     * @param terms for each measurement the terms of the model
     * @param measured what was measured
     * @return the factors
     */
    static double[] fit(double[][] terms, double[] measured) {
        int unknowns = terms[0].length;
        if (terms.length < unknowns) {
            throw new IllegalArgumentException(terms.length + " measurements do not tell " + unknowns + " factors");
        }
        boolean[] used = new boolean[unknowns];
        Arrays.fill(used, true);
        while (true) {
            double[] factors = solve(terms, measured, used);
            int worst = -1;
            for (int i = 0; i < unknowns; i++) {
                if (factors[i] < 0 && (worst < 0 || factors[i] < factors[worst])) {
                    worst = i;
                }
            }
            if (worst < 0) {
                return factors;
            }
            used[worst] = false;
        }
    }

    /** Solves the normal equations by elimination with pivots. */
    private static double[] solve(double[][] terms, double[] measured, boolean[] used) {
        int unknowns = used.length;
        double[][] equations = new double[unknowns][unknowns + 1];
        for (int m = 0; m < terms.length; m++) {
            for (int row = 0; row < unknowns; row++) {
                double weight = terms[m][row] / (measured[m] * measured[m]);
                for (int column = 0; column < unknowns; column++) {
                    equations[row][column] += weight * terms[m][column];
                }
                equations[row][unknowns] += weight * measured[m];
            }
        }
        for (int i = 0; i < unknowns; i++) {
            if (!used[i]) {
                Arrays.fill(equations[i], 0);
                for (double[] equation : equations) {
                    equation[i] = 0;
                }
                equations[i][i] = 1;
            }
        }
        for (int i = 0; i < unknowns; i++) {
            int pivot = i;
            for (int row = i + 1; row < unknowns; row++) {
                pivot = Math.abs(equations[row][i]) > Math.abs(equations[pivot][i]) ? row : pivot;
            }
            double[] swapped = equations[i];
            equations[i] = equations[pivot];
            equations[pivot] = swapped;
            for (int row = 0; row < unknowns; row++) {
                double factor = row == i ? 0 : equations[row][i] / equations[i][i];
                for (int column = i; column <= unknowns && factor != 0; column++) {
                    equations[row][column] -= factor * equations[i][column];
                }
            }
        }
        double[] factors = new double[unknowns];
        for (int i = 0; i < unknowns; i++) {
            factors[i] = equations[i][unknowns] / equations[i][i];
        }
        return factors;
    }
}

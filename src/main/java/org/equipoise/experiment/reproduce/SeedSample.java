package org.equipoise.experiment.reproduce;

import java.util.Arrays;
import org.equipoise.plot.Table;

/**
 * What runs that differ in their seeds alone came to.
 *
 * @param deviation the standard deviation of a sample, over n − 1; 0 for a single run
 */
record SeedSample(double mean, double deviation, int count) {
    /**
     * @param values one a run, at least one
     */
    static SeedSample of(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .sum();
        return new SeedSample(mean, values.length == 1 ? 0 : Math.sqrt(squares / (values.length - 1)), values.length);
    }

    /** {@return the standard deviation of the difference of a run of this and one of the other} */
    double spreadBeside(SeedSample other) {
        return Math.hypot(deviation, other.deviation);
    }

    /** {@return whether the means are further apart than seeds explain; never of single runs} */
    boolean partsFrom(SeedSample other) {
        return Math.min(count, other.count) > 1 && Math.abs(mean - other.mean) > spreadBeside(other);
    }

    /** {@return mean and deviation, the mean alone for a single run} */
    @Override
    public String toString() {
        return Table.format("%.2f", mean) + (count == 1 ? "" : Table.format(" ± %.2f", deviation));
    }
}

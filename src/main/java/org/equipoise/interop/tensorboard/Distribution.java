package org.equipoise.interop.tensorboard;

import java.util.ArrayList;
import java.util.List;

/**
 * Numbers counted in buckets, the fields of {@code HistogramProto}.
 *
 * @param limits the upper end of each bucket, ascending; a bucket begins where the one before ends
 * @param counts how many numbers are in each bucket
 */
public record Distribution(
        double min, double max, long count, double sum, double sumOfSquares, List<Double> limits, List<Long> counts) {
    private static final int BUCKETS = 60;

    /** Copies the lists. */
    public Distribution {
        limits = List.copyOf(limits);
        counts = List.copyOf(counts);
    }

    /**
     * @param values finite numbers, at least one
     * @return them in buckets of equal width, or in a single one if they are all equal
     */
    public static Distribution of(float[] values) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            min = Math.min(min, value);
            max = Math.max(max, value);
            sum += value;
            squares += (double) value * value;
        }
        int buckets = max > min ? BUCKETS : 1;
        long[] counts = new long[buckets];
        double width = (max - min) / buckets;
        for (float value : values) {
            int bucket = width == 0 ? 0 : (int) ((value - min) / width);
            counts[Math.min(bucket, buckets - 1)]++;
        }
        List<Double> limits = new ArrayList<>();
        List<Long> listed = new ArrayList<>();
        for (int b = 0; b < buckets; b++) {
            limits.add(b == buckets - 1 ? max : min + (b + 1) * width);
            listed.add(counts[b]);
        }
        return new Distribution(min, max, values.length, sum, squares, limits, listed);
    }
}

package org.equipoise.training;

import org.equipoise.distributed.ExchangeCount;

/**
 * What ranks exchanged in an epoch; field names are those of the metrics files.
 *
 * @param ranks how many ranks there were
 * @param bytesPerBatch bytes that all of them sent for a batch, in the mean
 * @param secondsPerBatch time that a rank spent for a batch in exchanging and in waiting for slower ones, in the mean
 */
public record ExchangeMetrics(int ranks, long bytesPerBatch, double secondsPerBatch) {
    /**
     * @param ranks how many ranks there were
     * @param sum what all of them exchanged
     * @param batches in how many batches
     * @return the means
     */
    static ExchangeMetrics of(int ranks, ExchangeCount sum, int batches) {
        int divisor = Math.max(1, batches);
        return new ExchangeMetrics(ranks, sum.bytes() / divisor, sum.nanos() / 1e9 / ranks / divisor);
    }
}

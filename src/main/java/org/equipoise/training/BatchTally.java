package org.equipoise.training;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.ExchangeCount;
import org.equipoise.distributed.Share;
import org.equipoise.dynamics.SpikeCounts;
import org.equipoise.dynamics.StepCount;
import org.equipoise.training.health.ActivationStatistics;
import org.jspecify.annotations.Nullable;

/**
 * What a batch came to. Each rank counts its own images; the loss, the one sum of real numbers here, is summed by shard and then over the
 * shards in their order, so that it does not depend on the number of ranks.
 *
 * @param scores of each shard; {@link Score#NONE} for shards of other ranks
 * @param steps the steps taken and saved
 * @param spikes the spikes fired
 * @param statistics what kinds of activations each layer has; null where nobody looks
 * @param exchanged what has been exchanged since the batch before
 */
record BatchTally(
        List<Score> scores,
        StepCount steps,
        SpikeCounts spikes,
        @Nullable ActivationStatistics statistics,
        ExchangeCount exchanged) {
    private static final int STEPS = 4;
    private static final int EXCHANGED = 2;

    /**
     * How the images of a shard were answered.
     *
     * @param errors wrong answers
     * @param loss sum of the loss
     */
    record Score(int errors, double loss) {
        /** No images. */
        static final Score NONE = new Score(0, 0);
    }

    /** {@return wrong answers of all shards} */
    int errors() {
        return scores.stream().mapToInt(Score::errors).sum();
    }

    /** {@return the loss summed over all shards} */
    double loss() {
        double sum = 0;
        for (Score score : scores) {
            sum += score.loss();
        }
        return sum;
    }

    /**
     * Adds what the others have. Involves all ranks.
     *
     * @param communicator the ranks
     * @param share what this rank has
     * @param layers layers that may spike, the image included
     * @return what the whole batch came to, the same on every rank
     */
    BatchTally overAll(Communicator communicator, Share share, int layers) {
        if (communicator.size() == 1) {
            return this;
        }
        long[][] all = communicator.gather(numbers(layers));
        BatchTally first = of(all[0], layers);
        ActivationStatistics ofAllRanks = statistics;
        if (ofAllRanks != null) {
            ofAllRanks.clear();
            ofAllRanks.add(all[0], all[0].length - EXCHANGED - ofAllRanks.size());
        }
        BatchTally sum = new BatchTally(first.scores, first.steps, first.spikes, ofAllRanks, first.exchanged);
        List<Score> ofAll = new ArrayList<>(sum.scores);
        for (int rank = 1; rank < all.length; rank++) {
            BatchTally theirs = of(all[rank], layers);
            // A shard is one rank's alone.
            Share other = new Share(share.shards(), share.ranks(), rank);
            for (int shard = other.range().first(); shard < other.range().end(); shard++) {
                ofAll.set(shard, theirs.scores.get(shard));
            }
            if (sum.statistics != null) {
                sum.statistics.add(all[rank], all[rank].length - EXCHANGED - sum.statistics.size());
            }
            sum = new BatchTally(
                    ofAll,
                    sum.steps.plus(theirs.steps),
                    sum.spikes.plus(theirs.spikes),
                    sum.statistics,
                    sum.exchanged.plus(theirs.exchanged));
        }
        return sum;
    }

    private long[] numbers(int layers) {
        long[] numbers = new long
                [2 * scores.size() + STEPS + 2 * layers + (statistics == null ? 0 : statistics.size()) + EXCHANGED];
        int at = 0;
        for (Score score : scores) {
            numbers[at++] = score.errors();
            numbers[at++] = Double.doubleToRawLongBits(score.loss());
        }
        for (long count : steps.counts()) {
            numbers[at++] = count;
        }
        for (int l = 0; l < layers; l++) {
            boolean counted = !spikes.spikes().isEmpty();
            numbers[at++] = counted ? spikes.spikes().get(l) : 0;
            numbers[at++] = counted ? spikes.opportunities().get(l) : 0;
        }
        if (statistics != null) {
            statistics.copyTo(numbers, at);
            at += statistics.size();
        }
        numbers[at++] = exchanged.bytes();
        numbers[at] = exchanged.nanos();
        return numbers;
    }

    private BatchTally of(long[] numbers, int layers) {
        int at = 0;
        List<Score> theirScores = new ArrayList<>();
        for (int shard = 0; shard < scores.size(); shard++) {
            theirScores.add(new Score((int) numbers[at++], Double.longBitsToDouble(numbers[at++])));
        }
        StepCount theirSteps = new StepCount(numbers[at++], numbers[at++], numbers[at++], numbers[at++]);
        List<Long> fired = new ArrayList<>();
        List<Long> opportunities = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            fired.add(numbers[at++]);
            opportunities.add(numbers[at++]);
        }
        SpikeCounts theirSpikes =
                opportunities.getFirst() == 0 ? SpikeCounts.NONE : new SpikeCounts(fired, opportunities);
        at += statistics == null ? 0 : statistics.size();
        ExchangeCount theirExchange = new ExchangeCount(numbers[at], numbers[at + 1]);
        return new BatchTally(theirScores, theirSteps, theirSpikes, null, theirExchange);
    }
}

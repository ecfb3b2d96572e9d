package org.equipoise.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.equipoise.config.Configuration;
import org.equipoise.data.ImageSet;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.ExchangeCount;
import org.equipoise.distributed.Share;
import org.equipoise.dynamics.StepCount;
import org.equipoise.learning.Learner;
import org.equipoise.learning.Loss;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.training.health.ActivationStatistics;
import org.equipoise.training.health.HealthMonitor;
import org.jspecify.annotations.Nullable;

/** Trains on this rank's shards of each batch and collects its statistics. */
final class ShardedBatch {
    private final ImageSet images;
    private final ClampedImages clampedImages;
    private final TrainingState state;
    private final Learner learner;
    private final Loss loss;
    private final Communicator communicator;
    private final Share share;
    private ExchangeCount exchangedBefore;

    /**
     * @param configuration how images are shown, and the loss
     * @param images the training images
     * @param state what is trained
     * @param communicator the ranks
     */
    ShardedBatch(Configuration configuration, ImageSet images, TrainingState state, Communicator communicator) {
        this.images = images;
        this.clampedImages = ClampedImages.of(configuration, images);
        this.state = state;
        this.learner = state.learner();
        this.loss = Loss.of(configuration.network());
        this.communicator = communicator;
        this.share = new Share(configuration.training().shards().count(), communicator.size(), communicator.rank());
        this.exchangedBefore = communicator.count();
    }

    /** What has been exchanged until now is none of the next batch's. */
    void begin() {
        exchangedBefore = communicator.count();
    }

    /**
     * Trains on a batch. Involves all ranks.
     *
     * @param epoch which epoch
     * @param order the order of its examples
     * @param first where in it the batch begins
     * @param count how many images it has
     * @param positive the sign of β where it is drawn for each batch
     * @param rateFactor factor on every learning rate
     * @param monitor who looks at activations, or null
     * @return what the whole batch came to
     */
    BatchTally learn(
            int epoch,
            int[] order,
            int first,
            int count,
            boolean positive,
            float rateFactor,
            @Nullable HealthMonitor monitor) {
        int mine = share.count(count);
        int myFirst = first + share.first(count);
        FloatTensor target = learner.target();
        target.clear(mine);
        for (int i = 0; i < mine; i++) {
            target.set(i, images.label(order[myFirst + i]), 1f);
        }
        clampedImages.fill(state.workers(), epoch, order, myFirst, mine, learner.image());
        if (state.particles() != null) {
            state.particles().select(order, first);
        }
        StepCount before = learner.steps();
        learner.resetFiringRates();
        AtomicReference<ActivationStatistics> statistics = new AtomicReference<>();
        learner.learn(count, positive, rateFactor, () -> {
            if (monitor != null) {
                statistics.set(monitor.statistics(learner::activations, mine));
            }
        });
        ExchangeCount exchanged = communicator.count().since(exchangedBefore);
        exchangedBefore = communicator.count();
        StepCount steps = learner.steps().since(before);
        return new BatchTally(scores(order, first, count), steps, learner.spikeCounts(), statistics.get(), exchanged)
                .overAll(communicator, share, state.parameters().topology().depth() + 1);
    }

    private List<BatchTally.Score> scores(int[] order, int first, int count) {
        List<BatchTally.Score> scores = new ArrayList<>(Collections.nCopies(share.shards(), BatchTally.Score.NONE));
        int held = share.first(count);
        for (int shard = share.range().first(); shard < share.range().end(); shard++) {
            int from = share.firstImage(shard, count);
            int end = share.firstImage(shard + 1, count);
            scores.set(shard, score(order, first + held, from - held, end - held));
        }
        return scores;
    }

    /** How some of the images that this rank has were answered. */
    private BatchTally.Score score(int[] order, int myFirst, int from, int end) {
        int errors = 0;
        double lossSum = 0;
        float[] output = new float[learner.output().layout().channels()];
        for (int i = from; i < end; i++) {
            for (int c = 0; c < output.length; c++) {
                output[c] = learner.output().get(i, c);
            }
            int label = images.label(order[myFirst + i]);
            errors += Evaluator.answer(output) == label ? 0 : 1;
            lossSum += loss.of(output, label);
        }
        return new BatchTally.Score(errors, lossSum);
    }
}

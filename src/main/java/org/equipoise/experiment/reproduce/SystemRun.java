package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.equipoise.training.EpochMetrics;
import org.jspecify.annotations.Nullable;

/**
 * What one training of a published system came to.
 *
 * @param system what was to be trained
 * @param seed the seed of its initial parameters and of the order of examples
 * @param trained what it came to, null where it could not be trained
 * @param sourceEpochs the epochs of its source
 * @param predicted the predicted memory of a batch of 10 images over 150 steps
 * @param measured what the ledger has booked for it, null where it was not run
 * @param note how far it was trained, or why it was not
 * @param complete whether it has done what was asked for
 */
record SystemRun(
        PublishedSystem system,
        long seed,
        @Nullable Trained trained,
        int sourceEpochs,
        long predicted,
        @Nullable Long measured,
        String note,
        boolean complete) {
    /** The columns of {@link #values}. */
    static final List<String> COLUMNS = List.of(
            "system",
            "data",
            "testErrorPercent",
            "publishedTestErrorPercent",
            "trainErrorPercent",
            "publishedTrainErrorPercent",
            "epochs",
            "sourceEpochs",
            "updates",
            "seconds",
            "sampleSteps",
            "sampleStepsPerSecond",
            "predictedBytes",
            "measuredPeakBytes",
            "publishedMegabytes",
            "trained",
            "seed");

    /** {@return its last epoch, null before the end of the first} */
    @Nullable
    EpochMetrics last() {
        return trained == null ? null : trained.result().lastEpoch();
    }

    /** {@return a line of the CSV file} */
    List<@Nullable Object> values() {
        EpochMetrics last = last();
        List<@Nullable Object> values = new ArrayList<>(Arrays.<@Nullable Object>asList(
                system.preset(),
                trained == null ? system.data() : trained.dataset().name(),
                last == null ? null : last.testErrorPercent(),
                system.testPercent(),
                last == null ? null : last.trainErrorPercent(),
                system.trainPercent(),
                trained == null ? 0 : trained.result().progress().epoch(),
                sourceEpochs));
        if (trained == null) {
            values.addAll(Arrays.<@Nullable Object>asList(0L, null, null, null));
        } else {
            values.add(trained.updates());
            values.add(trained.result().progress().seconds());
            values.add(trained.result().progress().sampleSteps());
            values.add(trained.result().sampleStepsPerSecond());
        }
        values.addAll(Arrays.<@Nullable Object>asList(predicted, measured, system.memoryMegabytes(), note, seed));
        return values;
    }
}

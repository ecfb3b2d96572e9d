package org.equipoise.training;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to.
 *
 * @param complete whether all epochs are done; otherwise it was stopped, and saved
 * @param lastEpoch the last epoch that is complete, null before the first
 * @param progress where the run is
 * @param batches batches of an epoch
 * @param predictedBytes off-heap memory it was going to hold
 * @param peakBytes the most off-heap memory it held
 * @param folder its run directory
 * @param ranks how many processes shared its batches
 */
public record TrainingResult(
        boolean complete,
        @Nullable EpochMetrics lastEpoch,
        Progress progress,
        int batches,
        long predictedBytes,
        long peakBytes,
        Path folder,
        int ranks) {
    /** {@return updates of the whole network for one image, per second of training and tests over the run} */
    public double sampleStepsPerSecond() {
        return progress.seconds() == 0 ? 0 : progress.sampleSteps() / progress.seconds();
    }
}

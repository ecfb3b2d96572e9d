package org.equipoise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.MemorySize;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.ExchangeMetrics;
import org.equipoise.training.TrainingResult;

/** What {@code train} prints at its end; the names are those of its JSON. */
record TrainReport(
        double testErrorPercent,
        double trainErrorPercent,
        int epochs,
        double seconds,
        long sampleSteps,
        double sampleStepsPerSecond,
        double stepsSavedPercent,
        double freeStepsSavedPercent,
        double nudgeStepsSavedPercent,
        List<Double> firingRates,
        long peakOffHeapBytes,
        long predictedOffHeapBytes,
        int ranks,
        long exchangedBytesPerBatch,
        double exchangeSecondsPerBatch,
        String kernels,
        int vectorBits,
        String runDir) {

    static TrainReport of(TrainingResult result, KernelSelection selection) {
        EpochMetrics last = Objects.requireNonNull(result.lastEpoch(), "a complete run has a last epoch");
        ExchangeMetrics exchange = last.exchange();
        return new TrainReport(
                last.testErrorPercent(),
                last.trainErrorPercent(),
                last.epoch(),
                result.progress().seconds(),
                result.progress().sampleSteps(),
                result.sampleStepsPerSecond(),
                last.stepsSavedPercent(),
                last.freeStepsSavedPercent(),
                last.nudgeStepsSavedPercent(),
                last.firingRates(),
                result.peakBytes(),
                result.predictedBytes(),
                result.ranks(),
                exchange == null ? 0 : exchange.bytesPerBatch(),
                exchange == null ? 0 : exchange.secondsPerBatch(),
                selection.kernels().name(),
                selection.vectorBits(),
                result.folder().toString());
    }

    /** {@return the same for people, and what could come next} */
    List<String> lines() {
        Path folder = Path.of(runDir);
        List<String> lines = new ArrayList<>(List.of(
                Text.format(
                        "Test error %.2f %%, training error %.2f %% after %s in %.1f s.",
                        testErrorPercent, trainErrorPercent, Text.count(epochs, "epoch"), seconds),
                Text.format(
                                "%,d sample-steps, %,.0f a second%s.",
                                sampleSteps,
                                sampleStepsPerSecond,
                                firingRates.isEmpty() ? "" : "; firing rates " + Text.rates(firingRates))
                        + saved(),
                Text.format(
                        "Off-heap memory: %s at most, %s predicted.",
                        MemorySize.format(peakOffHeapBytes), MemorySize.format(predictedOffHeapBytes)),
                "The run is in " + runDir + ": settings, metrics, the last checkpoint and the best.",
                "Next: " + new CommandText("report", folder),
                "      " + new CommandText("eval", "--model", folder),
                "      " + new CommandText("train", "--resume", folder, "--epochs", 2 * epochs)));
        if (ranks > 1) {
            lines.add(
                    2,
                    Text.format(
                            "%s exchanged %s a batch, which took %.1f ms of each with the waiting for one another.",
                            Text.count(ranks, "rank"),
                            MemorySize.format(exchangedBytesPerBatch),
                            1000 * exchangeSecondsPerBatch));
        }
        return lines;
    }

    private String saved() {
        return stepsSavedPercent == 0
                ? ""
                : " " + Text.saved(stepsSavedPercent, freeStepsSavedPercent, nudgeStepsSavedPercent);
    }
}

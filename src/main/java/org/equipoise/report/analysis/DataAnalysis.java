package org.equipoise.report.analysis;

import java.util.List;
import org.equipoise.data.Dataset;
import org.equipoise.data.ImageSet;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Machine;
import org.equipoise.training.Trainer;

/**
 * What a run's network does with the images it was made for.
 *
 * @param test the test images that were looked at
 * @param trajectory how it settles on one of them
 * @param asymmetry how the gradients of the two nudges differ on training images
 */
public record DataAnalysis(
        List<String> classNames, ImageSet test, Predictions predictions, Trajectory trajectory, Asymmetry asymmetry) {
    /** Enough that single images do not decide, few enough for seconds. */
    private static final int GRADIENT_IMAGES = 32;

    /**
     * Lets the network settle.
     *
     * @param dataset its images; of the test images, those to look at
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget
     */
    static DataAnalysis of(RunRecord run, Dataset dataset, Machine machine, Evaluator.TestProgress progress) {
        Trainer.requireFit(run.configuration(), dataset.test());
        Predictions predictions = Predictions.of(run, dataset.test(), machine, progress);
        int images = Math.min(GRADIENT_IMAGES, dataset.train().count());
        try (NetworkProbe probe = new NetworkProbe(run, machine, images)) {
            return new DataAnalysis(
                    dataset.classNames(),
                    dataset.test(),
                    predictions,
                    probe.trajectory(dataset.test(), 0),
                    probe.asymmetry(dataset.train()));
        }
    }
}

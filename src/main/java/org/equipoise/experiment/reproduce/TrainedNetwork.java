package org.equipoise.experiment.reproduce;

import org.equipoise.config.Configuration;
import org.equipoise.data.Dataset;
import org.equipoise.plot.Table;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.ModelFile;
import org.equipoise.training.TrainingResult;

/**
 * A network that has been trained, perhaps not to the end.
 *
 * @param allTrain how many training images the data set has
 * @param allTest how many test images it has
 */
public record TrainedNetwork(
        Configuration configuration, Dataset dataset, int allTrain, int allTest, TrainingResult result) {
    /** {@return the parameters it has come to} */
    public ModelFile model() {
        return ModelFile.at(result.folder());
    }

    /** {@return the updates it has had} */
    long updates() {
        return (long) result.progress().epoch() * result.batches()
                + result.progress().batch();
    }

    /** {@return the updates of the whole network that learning from an image took in the last epoch, in the mean} */
    double stepsPerImage() {
        EpochMetrics last = result.lastEpoch();
        int all = configuration.stepsPerExample();
        int free = Math.min(configuration.phases().free(), all); // feed-forward back-propagation takes one pass
        int nudged = all - free;
        return last == null
                ? all
                : free * (1 - last.freeStepsSavedPercent() / 100) + nudged * (1 - last.nudgeStepsSavedPercent() / 100);
    }

    /** {@return how far it was trained, in words: {@code 2 of 250 epochs of 5,000 of 60,000 images}} */
    String extent(int epochs) {
        int done = result.progress().epoch();
        String part = result.progress().batch() == 0
                ? ""
                : Table.format(" and %,d of %,d updates", result.progress().batch(), result.batches());
        return Table.format("%,d%s of %,d epochs of ", done, part, Math.max(epochs, done))
                + images(dataset.train().count(), allTrain) + ", tested on "
                + images(dataset.test().count(), allTest);
    }

    /** {@return the same against the epochs of its own settings, with the data set} */
    String extent() {
        return extent(configuration.training().epochs()) + " of " + dataset.name();
    }

    private static String images(int used, int all) {
        return used == all ? Table.format("all %,d images", all) : Table.format("%,d of %,d images", used, all);
    }
}

package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.training.DataSelection;
import org.jspecify.annotations.Nullable;

/**
 * How far to train and on what; null leaves a thing as the target has it.
 *
 * @param quick whether the short version of the target was asked for
 * @param data name or folder of a data set in place of the target's own
 * @param trainLimit how many training images, the first ones
 * @param testLimit how many test images, the first ones
 * @param epochs passes over the training images, at least; a run that has done more keeps them
 * @param seed the seed of initial parameters and of the order of examples
 * @param holdOut how many of the training images, the last ones, are tested with in place of the test images
 */
public record TrainingScope(
        boolean quick,
        @Nullable String data,
        @Nullable Integer trainLimit,
        @Nullable Integer testLimit,
        @Nullable Integer epochs,
        @Nullable Long seed,
        @Nullable Integer holdOut) {
    /** A scope that tests with the test images. */
    public TrainingScope(
            boolean quick,
            @Nullable String data,
            @Nullable Integer trainLimit,
            @Nullable Integer testLimit,
            @Nullable Integer epochs,
            @Nullable Long seed) {
        this(quick, data, trainLimit, testLimit, epochs, seed, null);
    }

    /**
     * @param usualData the target's data set
     * @param usualTrainLimit its training images, null for all
     * @param usualTestLimit its test images, null for all
     * @param usualEpochs its epochs, null for those of the configuration
     * @return the same with what was left open filled in; limits of one data set are not taken for another
     */
    TrainingScope withDefaults(
            String usualData,
            @Nullable Integer usualTrainLimit,
            @Nullable Integer usualTestLimit,
            @Nullable Integer usualEpochs) {
        return new TrainingScope(
                quick,
                data == null ? usualData : data,
                trainLimit == null ? usualTrainLimit : trainLimit,
                testLimit == null ? usualTestLimit : testLimit,
                epochs == null ? usualEpochs : epochs,
                seed,
                holdOut);
    }

    /** {@return the same with another seed} */
    TrainingScope withSeed(long other) {
        return new TrainingScope(quick, data, trainLimit, testLimit, epochs, other, holdOut);
    }

    /** {@return the same with that many training images held out for tests} */
    TrainingScope holdingOut(int images) {
        return new TrainingScope(quick, data, trainLimit, testLimit, epochs, seed, images);
    }

    /** {@return the same with another number of epochs} */
    TrainingScope withEpochs(int other) {
        return new TrainingScope(quick, data, trainLimit, testLimit, other, seed, holdOut);
    }

    /** {@return name or folder of the data set} */
    String dataOrDefault() {
        return data == null ? DataSelection.DEFAULT : data;
    }

    /** {@return the settings it amounts to, as {@code key=value}} */
    List<String> settings() {
        List<String> settings = new ArrayList<>();
        if (epochs != null) {
            settings.add("training.epochs=" + epochs);
        }
        if (seed != null) {
            settings.add("training.seed=" + seed);
        }
        return settings;
    }

    /** {@return what tells runs of this scope from others, as the end of a folder's name} */
    String suffix() {
        return (quick ? "-quick" : "")
                + (trainLimit == null ? "" : "-train" + trainLimit)
                + (testLimit == null ? "" : "-test" + testLimit)
                + (holdOut == null ? "" : "-holdout" + holdOut)
                + (seed == null ? "" : "-seed" + seed);
    }

    /** {@return a data set's name or folder as part of a folder's name} */
    static String word(String data) {
        return data.replaceAll("[/\\\\]+$", "").replaceAll(".*[/\\\\]", "").replaceAll("[^\\w.-]+", "-");
    }
}

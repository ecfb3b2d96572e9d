package org.equipoise.training;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.equipoise.data.Catalogue;
import org.equipoise.data.Dataset;
import org.equipoise.data.KnownDataset;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * Which images a run or a test uses.
 *
 * @param data name or folder of a data set
 * @param trainLimit how many of its training images, the first ones; null for all
 * @param testLimit how many of its test images, the first ones; null for all
 * @param holdOut how many of the training images, the last ones, are tested with in place of the test images; null for none
 */
public record DataSelection(
        String data,
        @Nullable Integer trainLimit,
        @Nullable Integer testLimit,
        @Nullable Integer holdOut) {
    /** The data set used when none is named. */
    public static final String DEFAULT = "digits";

    private static final String HELD_OUT = "heldOut";

    /**
     * @param provenance what a checkpoint says of its origin
     * @return the images that its run used
     * @throws BadInputException if it does not say
     */
    public static DataSelection recorded(Map<String, String> provenance) {
        String data = provenance.get("data");
        if (data == null) {
            throw new BadInputException(
                    "The checkpoint does not say which data its run used; one written by 'train' was expected.");
        }
        int heldOut = provenance.containsKey(HELD_OUT) ? count(provenance, HELD_OUT) : 0;
        return new DataSelection(
                data,
                count(provenance, "trainImages"),
                count(provenance, "testImages"),
                heldOut == 0 ? null : Integer.valueOf(heldOut));
    }

    /**
     * @param data name or folder of a data set
     * @return all of its images
     */
    public static DataSelection all(String data) {
        return new DataSelection(data, null, null, null);
    }

    private static int count(Map<String, String> provenance, String key) {
        String text = provenance.getOrDefault(key, "");
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new BadInputException(
                    "The checkpoint says '" + text + "' for its " + key + "; a whole number was expected.", e);
        }
    }

    /**
     * @param otherData replaces the data set, null to keep it
     * @param otherTrainLimit replaces the limit of training images, null to keep it
     * @param otherTestLimit replaces the limit of test images, null to keep it
     * @param otherHoldOut replaces how many training images are held out, null to keep it
     * @return the changed selection; limits of one data set are not kept for another
     */
    public DataSelection with(
            @Nullable String otherData,
            @Nullable Integer otherTrainLimit,
            @Nullable Integer otherTestLimit,
            @Nullable Integer otherHoldOut) {
        boolean same = otherData == null || absolute(otherData).equals(absolute(data));
        return new DataSelection(
                otherData == null ? data : otherData,
                otherTrainLimit != null || !same ? otherTrainLimit : trainLimit,
                otherTestLimit != null || !same ? otherTestLimit : testLimit,
                otherHoldOut != null || !same ? otherHoldOut : holdOut);
    }

    /**
     * @param other where the same images are now, null for where they were
     * @return the selection of them there
     */
    public DataSelection movedTo(@Nullable String other) {
        return other == null ? this : new DataSelection(other, trainLimit, testLimit, holdOut);
    }

    /**
     * Opens the data set. A folder is remembered by its absolute path, so that a run can go on from anywhere.
     *
     * @param catalogue where data sets are found
     * @return the selected images
     * @throws BadInputException if there is no such data set, or it has fewer images
     */
    public Dataset open(Catalogue catalogue) {
        requireStillThere();
        Dataset dataset = catalogue.open(absolute(data));
        if (holdOut != null) {
            dataset = dataset.holdOut(holdOut);
        }
        if (trainLimit != null) {
            dataset = dataset.limitTrain(trainLimit);
        }
        return testLimit == null ? dataset : dataset.limitTest(testLimit);
    }

    /** Runs remember folders by their absolute paths, from which data may have moved away. */
    private void requireStillThere() {
        try {
            if (Path.of(data).isAbsolute() && !Files.exists(Path.of(data))) {
                throw new BadInputException("There is no folder '" + data
                        + "'; the data that were there, or --data with the folder where they are now, were expected.");
            }
        } catch (InvalidPathException e) {
            // The catalogue says what is wrong with it.
        }
    }

    private static String absolute(String data) {
        try {
            boolean named = KnownDataset.named(data).isPresent();
            boolean folder = !data.isBlank() && !named && Files.isDirectory(Path.of(data));
            return folder ? Path.of(data).toAbsolutePath().normalize().toString() : data;
        } catch (InvalidPathException e) {
            return data; // the catalogue says what is wrong with it
        }
    }
}

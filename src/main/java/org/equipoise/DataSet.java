package org.equipoise;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.equipoise.data.Catalogue;
import org.equipoise.data.Dataset;
import org.equipoise.data.ImageSet;
import org.equipoise.data.KnownDataset;

/** Images to learn from and images to test with, as Equipoise knows them by name or finds them in a folder. Immutable. */
public final class DataSet {
    private final Dataset dataset;

    private DataSet(Dataset dataset) {
        this.dataset = dataset;
    }

    /**
     * The excerpt of MNIST that comes with Equipoise: 5,000 training and 1,000 test images of 28 × 28 in ten classes.
     *
     * @return the digits
     */
    public static DataSet digits() {
        return named(KnownDataset.DIGITS.name());
    }

    /**
     * A data set known by name. All but {@code digits} must have been fetched, by {@code ./equipoise data fetch NAME}.
     *
     * @param name {@code digits}, {@code mnist} or {@code fashion-mnist}
     * @return the data set
     * @throws org.equipoise.error.BadInputException if there is none of that name, or it has not been fetched
     */
    public static DataSet named(String name) {
        return new DataSet(Catalogue.fromEnvironment().open(name));
    }

    /**
     * The four IDX files of a folder, named as MNIST's are, raw or gzipped.
     *
     * @param folder where they are
     * @return the data set
     * @throws org.equipoise.error.BadInputException if one is missing, cannot be read or does not fit the others
     */
    public static DataSet folder(Path folder) {
        return named(folder.toAbsolutePath().toString());
    }

    /**
     * The first images of each half alone.
     *
     * @param train how many to learn from
     * @param test how many to test with
     * @return a data set that shares this one's memory
     * @throws org.equipoise.error.BadInputException if there are fewer
     */
    public DataSet limit(int train, int test) {
        return new DataSet(dataset.limitTrain(train).limitTest(test));
    }

    /**
     * The images to learn from.
     *
     * @return their number
     */
    public int trainCount() {
        return dataset.train().count();
    }

    /**
     * The images to test with.
     *
     * @return their number
     */
    public int testCount() {
        return dataset.test().count();
    }

    /**
     * What each class is called.
     *
     * @return names, class 0 first
     */
    public List<String> classNames() {
        return dataset.classNames();
    }

    /**
     * An image to learn from.
     *
     * @param image which, from 0
     * @return its values in [0, 1], by channel, row, column
     */
    public float[] trainImage(int image) {
        return values(dataset.train(), image);
    }

    /**
     * The true class of an image to learn from.
     *
     * @param image which, from 0
     * @return its class, from 0
     */
    public int trainLabel(int image) {
        return dataset.train().label(image);
    }

    /**
     * An image to test with.
     *
     * @param image which, from 0
     * @return its values in [0, 1], by channel, row, column
     */
    public float[] testImage(int image) {
        return values(dataset.test(), image);
    }

    /**
     * The true class of an image to test with.
     *
     * @param image which, from 0
     * @return its class, from 0
     */
    public int testLabel(int image) {
        return dataset.test().label(image);
    }

    private static float[] values(ImageSet images, int image) {
        Objects.checkIndex(image, images.count());
        float[] values = new float[images.pixelsPerImage()];
        int next = 0;
        for (int channel = 0; channel < images.channels(); channel++) {
            for (int row = 0; row < images.height(); row++) {
                for (int column = 0; column < images.width(); column++) {
                    values[next++] = images.value(image, row, column, channel);
                }
            }
        }
        return values;
    }

    Dataset dataset() {
        return dataset;
    }
}

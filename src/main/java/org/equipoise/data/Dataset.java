package org.equipoise.data;

import java.util.List;
import org.equipoise.error.BadInputException;

/**
 * Images to learn from and images to test with, and where they came from.
 *
 * @param name the name or folder it was opened by
 * @param train the training images
 * @param test the test images, of the same size and classes
 * @param classNames what each class is called, class 0 first
 * @param licence the terms the images are distributed under
 * @param origin who made them
 * @param heldOut how many training images are tested with in place of the test images; 0 if the test images are
 */
public record Dataset(
        String name,
        ImageSet train,
        ImageSet test,
        List<String> classNames,
        String licence,
        String origin,
        int heldOut) {
    /** Checks that the two splits fit each other and the class names. */
    public Dataset {
        classNames = List.copyOf(classNames);
        if (!size(train).equals(size(test))) {
            throw new BadInputException("The training images of '" + name + "' are " + size(train)
                    + " and its test images " + size(test) + "; one size was expected.");
        }
        if (train.classes() != classNames.size() || test.classes() != classNames.size()) {
            throw new BadInputException("'" + name + "' has " + train.classes() + " training classes, "
                    + test.classes() + " test classes and " + classNames.size()
                    + " class names; one number was expected.");
        }
    }

    /** A data set of which no training images are held out. */
    public Dataset(String name, ImageSet train, ImageSet test, List<String> classNames, String licence, String origin) {
        this(name, train, test, classNames, licence, origin, 0);
    }

    /**
     * @return this set with the first training images only
     * @throws BadInputException if there are fewer, or none are asked for
     */
    public Dataset limitTrain(int images) {
        return new Dataset(name, train.limit(images), test, classNames, licence, origin, heldOut);
    }

    /**
     * @return this set with the first test images only
     * @throws BadInputException if there are fewer, or none are asked for
     */
    public Dataset limitTest(int images) {
        return new Dataset(name, train, test.limit(images), classNames, licence, origin, heldOut);
    }

    /**
     * Makes of the last training images those that are tested with, so that settings can be chosen without a look at the test images.
     *
     * @return this set without the test images: the last training images are tested with and not learnt from
     * @throws BadInputException if none would be left to learn from, or none are asked for
     */
    public Dataset holdOut(int images) {
        int most = train.count() - 1;
        if (images < 1 || images > most) {
            throw new BadInputException("Of the " + train.count() + " training images of '" + name + "' " + images
                    + " were to be held out; between 1 and " + most + " was expected.");
        }
        return new Dataset(
                name, train.limit(train.count() - images), train.last(images), classNames, licence, origin, images);
    }

    private static String size(ImageSet images) {
        return images.height() + " × " + images.width() + " × " + images.channels();
    }
}

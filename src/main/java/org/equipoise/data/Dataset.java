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
 */
public record Dataset(
        String name, ImageSet train, ImageSet test, List<String> classNames, String licence, String origin) {
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

    /**
     * @param images how many training images to keep
     * @return this set with the first training images only
     * @throws BadInputException if there are fewer, or none are asked for
     */
    public Dataset limitTrain(int images) {
        return new Dataset(name, train.limit(images), test, classNames, licence, origin);
    }

    /**
     * @param images how many test images to keep
     * @return this set with the first test images only
     * @throws BadInputException if there are fewer, or none are asked for
     */
    public Dataset limitTest(int images) {
        return new Dataset(name, train, test.limit(images), classNames, licence, origin);
    }

    private static String size(ImageSet images) {
        return images.height() + " × " + images.width() + " × " + images.channels();
    }
}

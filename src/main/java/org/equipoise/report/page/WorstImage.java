package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.data.ImageSet;
import org.equipoise.report.analysis.Answer;
import org.equipoise.report.analysis.DataAnalysis;

/**
 * An image with a high loss.
 *
 * @param picture the image
 * @param label its true class
 * @param answer the class it was given
 * @param wrong whether they differ
 * @param loss the loss
 * @param alternative the same for those who do not see it
 */
public record WorstImage(Picture picture, String label, String answer, boolean wrong, String loss, String alternative) {
    private static final int MAX = 16;
    private static final int OPAQUE = 0xFF000000;
    private static final int RGB = 3;

    /**
     * @param data what a network does with its images
     * @return the images with the highest loss
     */
    static List<WorstImage> of(DataAnalysis data) {
        List<WorstImage> worst = new ArrayList<>();
        for (Answer answer : data.answers().worst(MAX)) {
            String label = name(answer.label(), data.classNames());
            String given = name(answer.answer(), data.classNames());
            String loss = Numbers.fixed(answer.loss(), 3);
            worst.add(new WorstImage(
                    picture(data.test(), answer.image()),
                    label,
                    given,
                    answer.label() != answer.answer(),
                    loss,
                    "Test image " + answer.image() + ": class " + label + ", answered " + given + ", loss " + loss));
        }
        return worst;
    }

    private static String name(int number, List<String> names) {
        return number < names.size() ? names.get(number) : Integer.toString(number);
    }

    /** The image as it is: grey, or its first three channels as red, green and blue. */
    static Picture picture(ImageSet images, int image) {
        boolean colours = images.channels() >= RGB;
        return Picture.of(images.width(), images.height(), (x, y) -> {
            int red = images.pixel(image, y, x, 0);
            int green = colours ? images.pixel(image, y, x, 1) : red;
            int blue = colours ? images.pixel(image, y, x, 2) : red;
            return OPAQUE | red << 16 | green << 8 | blue;
        });
    }
}

package org.equipoise.config;

import org.equipoise.error.BadInputException;

/**
 * How training images are changed at random each time they are shown.
 *
 * @param flip whether every other image, in the mean, is mirrored from left to right
 * @param crop pixels that the edges of an image are repeated outwards by before a window of the image's own size is cut from it, 0 for
 *     no cropping
 */
public record Augmentation(boolean flip, int crop) {
    /** Images are shown as they are. */
    public static final Augmentation NONE = new Augmentation(false, 0);

    private static final int WIDEST = 256;

    /** Refuses crops that would show the edges alone. */
    public Augmentation {
        if (crop < 0 || crop > WIDEST) {
            throw new BadInputException("training.augment.crop is " + crop + "; a whole number of pixels from 0 to "
                    + WIDEST + " was expected.");
        }
    }

    @Override
    public String toString() {
        return equals(NONE) ? "none" : "{flip: " + flip + ", crop: " + crop + "}";
    }
}

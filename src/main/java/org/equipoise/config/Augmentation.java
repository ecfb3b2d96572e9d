package org.equipoise.config;

/** How training images are changed at random each time they are shown. */
public record Augmentation(boolean flip, int crop) {
    static final SettingsTable<Augmentation> SETTINGS = SettingsTable.line(Augmentation.class, "training.augment", """
            flip | false | | whether every other image, in the mean, is mirrored from left to right
            crop | 0 | a whole number of pixels from 0 to 256 | edges are repeated by so much before a window of the image's size is cut""");

    /** Images are shown as they are. */
    public static final Augmentation NONE = SETTINGS.usual();

    /** Refuses crops that would show the edges alone. */
    public Augmentation {
        SETTINGS.check(flip, crop);
    }
}

package org.equipoise.data;

import java.util.List;

/**
 * What one file of a known data set is known to be.
 *
 * @param part which of the four files
 * @param bytes size of the uncompressed IDX file
 * @param sha256 SHA-256 of the uncompressed IDX file, in hexadecimal
 */
public record KnownFile(IdxPart part, long bytes, String sha256) {
    private static final int IMAGE_HEADER = 16;
    private static final int LABEL_HEADER = 8;
    private static final int PIXELS = 28 * 28;

    /** The files of a set of grey images of 28 × 28 pixels. */
    static List<KnownFile> ofMnistSize(
            int trainImages,
            int testImages,
            String trainImagesSha256,
            String trainLabelsSha256,
            String testImagesSha256,
            String testLabelsSha256) {
        return List.of(
                new KnownFile(IdxPart.TRAIN_IMAGES, IMAGE_HEADER + (long) trainImages * PIXELS, trainImagesSha256),
                new KnownFile(IdxPart.TRAIN_LABELS, LABEL_HEADER + trainImages, trainLabelsSha256),
                new KnownFile(IdxPart.TEST_IMAGES, IMAGE_HEADER + (long) testImages * PIXELS, testImagesSha256),
                new KnownFile(IdxPart.TEST_LABELS, LABEL_HEADER + testImages, testLabelsSha256));
    }
}

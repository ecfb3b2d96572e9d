package org.equipoise.interop.tensorboard;

/** Something that TensorBoard shows over the steps of a run, under a tag; a {@code /} in the tag groups what belongs together. */
public sealed interface SummaryValue {
    /** {@return its name, the same for every step} */
    String tag();

    /**
     * A number.
     *
     * @param tag its name
     * @param value the number
     */
    record Scalar(String tag, double value) implements SummaryValue {}

    /**
     * How numbers are distributed.
     *
     * @param tag its name
     * @param distribution the counts
     */
    record Histogram(String tag, Distribution distribution) implements SummaryValue {}

    /**
     * A picture.
     *
     * @param tag its name
     * @param width columns of pixels
     * @param height rows of pixels
     * @param png the picture as a PNG file with red, green, blue and alpha; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody, written once
    record Image(String tag, int width, int height, byte[] png) implements SummaryValue {}
}

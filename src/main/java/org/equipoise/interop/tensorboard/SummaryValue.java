package org.equipoise.interop.tensorboard;

/** Something that TensorBoard shows over the steps of a run, under a tag; a {@code /} in the tag groups what belongs together. */
public sealed interface SummaryValue {
    /** {@return its name, the same for every step} */
    String tag();

    /** A number. */
    record Scalar(String tag, double value) implements SummaryValue {}

    /** How numbers are distributed. */
    record Histogram(String tag, Distribution distribution) implements SummaryValue {}

    /**
     * A picture.
     *
     * @param png the picture as a PNG file with red, green, blue and alpha; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody, written once
    record Image(String tag, int width, int height, byte[] png) implements SummaryValue {}
}

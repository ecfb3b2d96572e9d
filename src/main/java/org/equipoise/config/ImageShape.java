package org.equipoise.config;

import java.util.List;
import java.util.stream.Stream;
import org.equipoise.error.BadInputException;

/**
 * Shape of an image.
 *
 * @param channels 1 for grey, 3 for colour
 */
public record ImageShape(int channels, int height, int width) {
    static final Form<ImageShape> FORM = new Form<>(
            ImageShape::read,
            shape -> List.of(shape.channels, shape.height, shape.width).toString(),
            "[channels, height, width]",
            Stream::of);

    /** Refuses empty images and images of more than 2^28 values. */
    public ImageShape {
        if (channels < 1 || height < 1 || width < 1 || (double) channels * height * width > 1 << 28) {
            throw new BadInputException(
                    "network.input is [" + channels + ", " + height + ", " + width
                            + "]; channels, height and width of at least 1 each and 2^28 values at most together were expected.");
        }
    }

    private static ImageShape read(SettingReader reader) {
        List<SettingReader> shape = reader.items();
        if (shape.size() != 3) {
            throw new BadInputException("network.input has " + shape.size() + " values ("
                    + reader.tree().where() + "); [channels, height, width] was expected.");
        }
        return new ImageShape(
                shape.get(0).integer(), shape.get(1).integer(), shape.get(2).integer());
    }

    /** {@return the number of values} */
    public int size() {
        return channels * height * width;
    }

    @Override
    public String toString() {
        return channels + "×" + height + "×" + width;
    }
}

package org.equipoise.report.page;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A small picture, pixel by pixel. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Picture(int width, int height, byte[] png) {
    /** {@return a picture whose pixel at column x and row y has the colour 0xAARRGGBB, not premultiplied, that {@code (x, y)} gives} */
    public static Picture of(int width, int height, IntBinaryOperator pixels) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, pixels.applyAsInt(x, y));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(image, "png", out)) {
                throw new IllegalStateException("this Java cannot write PNG images");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        return new Picture(width, height, bytes.toByteArray());
    }

    /** {@return the picture as an address that holds it} */
    public String address() {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }
}

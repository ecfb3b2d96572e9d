package org.equipoise.plot;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An axis from zero shows a small difference as small. */
class AxisFromZeroTest {
    @TempDir
    Path folder;

    private static LinePlot rise(Axis vertical, double from) {
        List<Point> points = List.of(Point.of(1, from), Point.of(2, 1000));
        return new LinePlot(
                "Speed",
                Axis.linear("batch"),
                vertical,
                List.of(new Series("a", Series.Style.LINE, Colour.BLUE, points)));
    }

    /** The share of the image's height over which the line rises; its mark in the legend lies lower and is left out. */
    private double heightOfTheLine(Axis vertical) throws IOException {
        Path file = folder.resolve("rise.png");
        FigureFile.write(file, rise(vertical, 900));
        BufferedImage image = ImageIO.read(file.toFile());
        int first = image.getHeight();
        int last = 0;
        for (int y = 0; y < image.getHeight() * 3 / 4; y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                if ((image.getRGB(x, y) & 0xFFFFFF) == Colour.BLUE.rgb()) {
                    first = Math.min(first, y);
                    last = Math.max(last, y);
                }
            }
        }
        return (double) (last - first) / image.getHeight();
    }

    @Test
    void aTenthIsATenth() throws IOException {
        double magnified = heightOfTheLine(Axis.linear("steps a second"));
        double fromZero = heightOfTheLine(Axis.fromZero("steps a second"));
        assertTrue(magnified > 0.5, "magnified: " + magnified);
        assertTrue(fromZero > 0.01 && fromZero < 0.15, "from zero: " + fromZero);
    }

    @Test
    void valuesBelowZeroAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> rise(Axis.fromZero("y"), -1));
        rise(Axis.fromZero("y"), 0);
    }
}

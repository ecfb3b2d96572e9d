package org.equipoise.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FigureFileTest {
    @TempDir
    Path folder;

    private static List<Point> line(double from, double to) {
        return List.of(new Point(25, from, from / 4), Point.of(100, (from + to) / 2), Point.of(1000, to));
    }

    private static LinePlot lines(Axis horizontal, Axis vertical) {
        return new LinePlot(
                "Memory",
                horizontal,
                vertical,
                List.of(
                        new Series("one", Series.Style.LINE_AND_MARKERS, Colour.BLUE, line(1, 3000)),
                        new Series("two", Series.Style.DASHED_LINE, Colour.VERMILION, line(2000, 20)),
                        new Series("three", Series.Style.MARKERS, Colour.GREEN, line(500, 600))));
    }

    private static final BarPlot BARS = new BarPlot(
            "Throughput",
            "batch",
            List.of("1", "10", "125"),
            Axis.linear("sample-steps/s"),
            List.of(
                    new Bars("1 thread", Colour.BLUE, List.of(100.0, 400.0, 500.0), List.of(10.0, 20.0, 100.0)),
                    Bars.of("2 threads", Colour.ORANGE, List.of(110.0, 800.0, 1000.0))));

    private BufferedImage written(Figure figure) throws IOException {
        Path file = folder.resolve("figure.png");
        FigureFile.write(file, figure);
        BufferedImage image = ImageIO.read(file.toFile());
        assertEquals(FigureFile.ENLARGED * FigureFile.WIDTH * figure.columns(), image.getWidth());
        assertEquals(FigureFile.ENLARGED * FigureFile.HEIGHT * figure.rows(), image.getHeight());
        return image;
    }

    private static int pixels(BufferedImage image, Colour colour) {
        return pixels(image, colour.rgb());
    }

    private static int pixels(BufferedImage image, int rgb) {
        int width = image.getWidth();
        int[] all = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
        return (int)
                Arrays.stream(all).filter(pixel -> (pixel & 0xFFFFFF) == rgb).count();
    }

    @ParameterizedTest
    @EnumSource(Axis.Scale.class)
    void everySeriesIsDrawnInItsColour(Axis.Scale scale) throws IOException {
        BufferedImage image = written(Figure.of(lines(new Axis("T", scale), new Axis("MB", scale))));
        for (Colour colour : List.of(Colour.BLUE, Colour.VERMILION, Colour.GREEN)) {
            assertTrue(pixels(image, colour) > 100, colour + " " + pixels(image, colour));
        }
        assertEquals(0, pixels(image, Colour.PURPLE));
        assertTrue(pixels(image, 0xFFFFFF) > image.getWidth() * image.getHeight() / 2, "mostly white");
    }

    @Test
    void barsGrowWithTheirHeights() throws IOException {
        BufferedImage image = written(Figure.of(BARS));
        double ratio = (double) pixels(image, Colour.ORANGE) / pixels(image, Colour.BLUE);
        assertTrue(ratio > 1.5 && ratio < 2.2, "1,910 to 1,000 less the error bars: " + ratio);
    }

    @Test
    void panelsFillRowsOfAFigure() throws IOException {
        LinePlot plot = lines(Axis.linear("T"), Axis.linear("MB"));
        BufferedImage image = written(new Figure(List.of(BARS, plot, plot), 2));
        int width = image.getWidth() / 2;
        int height = image.getHeight() / 2;
        assertEquals(0, pixels(image.getSubimage(width, height, width, height), Colour.BLUE), "an empty place");
        assertTrue(pixels(image.getSubimage(0, 0, width, height), Colour.ORANGE) > 0, "bars come first");
        assertEquals(0, pixels(image.getSubimage(width, 0, width, height), Colour.ORANGE));
        assertTrue(pixels(image.getSubimage(0, height, width, height), Colour.VERMILION) > 0);
    }

    @Test
    void aLegendThatIsTooWideStandsInLinesOfItsOwn() throws IOException {
        List<Series> series = IntStream.range(0, 3)
                .mapToObj(i -> new Series(
                        "a name of more than thirty letters, " + i,
                        Series.Style.LINE,
                        Colour.of(i),
                        List.of(Point.of(1, i), Point.of(100, i))))
                .toList();
        FigureFile.write(
                folder.resolve("figure.png"), new LinePlot("", Axis.logarithmic("T"), Axis.linear("MB"), series));
        BufferedImage image = ImageIO.read(folder.resolve("figure.png").toFile());
        assertTrue(image.getHeight() > FigureFile.ENLARGED * FigureFile.HEIGHT);
        BufferedImage legend = image.getSubimage(0, image.getHeight() - 150, image.getWidth(), 150);
        assertTrue(pixels(legend, Colour.of(2)) > 0, "the last line of the legend is in the image");
    }

    @Test
    void aMissingFolderIsBadInput() {
        BadInputException refused =
                assertThrows(BadInputException.class, () -> FigureFile.write(folder.resolve("no/figure.png"), BARS));
        assertTrue(String.valueOf(refused.getMessage()).contains("does not exist"));
    }

    @Test
    void nothingButTheFigureIsLeftBehind() throws IOException {
        FigureFile.write(folder.resolve("figure.png"), BARS);
        try (var files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("figure.png")), files.toList());
        }
    }

    @Test
    void valuesWithoutAPlaceAreRefused() {
        Axis logarithmic = Axis.logarithmic("MB");
        Series zero = new Series("a", Series.Style.LINE, Colour.BLUE, List.of(Point.of(1, 0)));
        Series low = new Series("a", Series.Style.LINE, Colour.BLUE, List.of(new Point(1, 2, 2)));
        Series gap = new Series("a", Series.Style.LINE, Colour.BLUE, List.of(Point.of(1, Double.NaN)));
        Axis time = Axis.linear("T");
        assertThrows(IllegalArgumentException.class, () -> new LinePlot("", time, logarithmic, List.of(zero)));
        assertThrows(IllegalArgumentException.class, () -> new LinePlot("", time, logarithmic, List.of(low)));
        assertThrows(IllegalArgumentException.class, () -> new LinePlot("", time, Axis.linear("y"), List.of(gap)));
        assertThrows(IllegalArgumentException.class, () -> new LinePlot("", time, time, List.of(zero, zero)));
        assertThrows(IllegalArgumentException.class, () -> new LinePlot("", time, time, List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Series("a", Series.Style.LINE, Colour.BLUE, List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new BarPlot("", "", List.of("x", "y"), time, List.of(Bars.of("a", Colour.BLUE, List.of(1.0)))));
        assertThrows(IllegalArgumentException.class, () -> new Bars("a", Colour.BLUE, List.of(1.0, 2.0), List.of(1.0)));
    }

    @Test
    void coloursComeAgainAfterTheLast() {
        assertEquals(
                Colour.values().length,
                IntStream.range(0, Colour.values().length)
                        .mapToObj(Colour::of)
                        .distinct()
                        .count());
        assertEquals(Colour.of(0), Colour.of(Colour.values().length));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0;0",
                "25;25",
                "1000;1,000",
                "-0.25;-0.25",
                "0.001;0.001",
                "1000000;1e6",
                "0.0001;1e-4",
                "2.5e12;2.5e12"
            })
    void ticksAreShort(double value, String text) {
        assertEquals(text, HouseStyle.number(value));
    }
}

package org.equipoise.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.equipoise.error.WorkFailedException;
import org.equipoise.interop.AtomicFile;

/** Writes figures as PNG images. */
public final class FigureFile {
    /** Pixels of a panel before it is enlarged. */
    static final int WIDTH = 720;

    static final int HEIGHT = 450;

    /** Pixels for each of those, so that text stays sharp on dense displays and on paper. */
    static final int ENLARGED = 2;

    private static final String HEADLESS = "java.awt.headless";

    private FigureFile() {}

    /**
     * @param file where to; an existing file is replaced whole
     * @throws org.equipoise.error.BadInputException if the file's folder does not exist
     * @throws WorkFailedException if it cannot be drawn or written
     */
    public static void write(Path file, Figure figure) {
        BufferedImage image = draw(figure);
        AtomicFile.write(file, out -> {
            if (!ImageIO.write(image, "png", out)) {
                throw new IOException("this Java cannot write PNG images");
            }
        });
    }

    /**
     * @param file where to; an existing file is replaced whole
     * @throws org.equipoise.error.BadInputException if the file's folder does not exist
     * @throws WorkFailedException if it cannot be drawn or written
     */
    public static void write(Path file, Plot plot) {
        write(file, Figure.of(plot));
    }

    private static BufferedImage draw(Figure figure) {
        if (System.getProperty(HEADLESS) == null) {
            System.setProperty(HEADLESS, "true");
        }
        try {
            int height = HEIGHT
                    + figure.panels().stream()
                            .mapToInt(panel -> HouseStyle.legendHeight(panel, WIDTH))
                            .max()
                            .orElse(0);
            return draw(figure, height);
        } catch (LinkageError | InternalError e) {
            throw new WorkFailedException(
                    "A figure cannot be drawn because this machine has no fonts; the packages fontconfig and"
                            + " fonts-dejavu-core, or their like, bring some.",
                    e);
        }
    }

    private static BufferedImage draw(Figure figure, int height) {
        BufferedImage image = new BufferedImage(
                ENLARGED * WIDTH * figure.columns(), ENLARGED * height * figure.rows(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            graphics.scale(ENLARGED, ENLARGED);
            for (int i = 0; i < figure.panels().size(); i++) {
                Graphics2D panel = (Graphics2D)
                        graphics.create(i % figure.columns() * WIDTH, i / figure.columns() * height, WIDTH, height);
                HouseStyle.chart(figure.panels().get(i), WIDTH, height).paint(panel, WIDTH, height);
                panel.dispose();
            }
        } finally {
            graphics.dispose();
        }
        return image;
    }
}

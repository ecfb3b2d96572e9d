package org.equipoise.report.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.equipoise.report.analysis.FirstFilters;
import org.junit.jupiter.api.Test;

class PictureTest {
    private static BufferedImage decoded(Picture picture) throws IOException {
        String base64 = picture.address().substring("data:image/png;base64,".length());
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
    }

    @Test
    void anAddressHoldsEveryPixel() throws IOException {
        BufferedImage image = decoded(Picture.of(3, 2, (x, y) -> 0x80FF0000 | x << 8 | y));
        assertEquals(3, image.getWidth());
        assertEquals(2, image.getHeight());
        assertEquals(0x80FF0201, image.getRGB(2, 1));
    }

    @Test
    void filtersAreClearAtZeroAndOpaqueAtTheLargest() throws IOException {
        FirstFilters filters = new FirstFilters(
                true, 1, 1, 2, List.of(new float[] {0f, -2f}, new float[] {1f, 2f}, new float[] {0.5f, 0f}));
        FilterSheet sheet = FilterSheet.of(filters);
        BufferedImage image = decoded(sheet.picture());
        // Three columns of two pixels each, a clear pixel between them.
        assertEquals(8, image.getWidth());
        assertEquals(0, image.getRGB(0, 0) >>> 24);
        assertEquals(0xFF0072B2, image.getRGB(1, 0));
        assertEquals(0, image.getRGB(2, 0) >>> 24);
        assertEquals(128, image.getRGB(3, 0) >>> 24);
        assertEquals(0xFFD55E00, image.getRGB(4, 0));
        assertEquals(3, sheet.table().rows().size());
        assertTrue(sheet.title().startsWith("3 filters of the first convolution"), sheet.title());
    }

    @Test
    void aSheetHoldsTheFirstFiltersOfMany() {
        FirstFilters filters = new FirstFilters(false, 1, 1, 1, java.util.Collections.nCopies(500, new float[] {0f}));
        FilterSheet sheet = FilterSheet.of(filters);
        assertEquals(128, sheet.shown());
        assertTrue(sheet.title().contains("128 of 500"), sheet.title());
    }

    @Test
    void rowsOfAConfusionMatrixAreShadedByTheirShares() {
        ConfusionMatrix matrix = ConfusionMatrix.of(List.of(List.of(99, 1), List.of(0, 0)), List.of("cat", "1"), "All");
        assertEquals("0 cat", matrix.rows().get(0).name());
        assertEquals("1", matrix.rows().get(1).name(), "a class that is called by its number is called so once");
        ConfusionMatrix.Cell right = matrix.rows().get(0).cells().get(0);
        assertEquals("0.99", right.shade());
        assertTrue(right.dark() && right.right());
        assertEquals("0.10", matrix.rows().get(0).cells().get(1).shade());
        assertEquals("0.00", matrix.rows().get(1).cells().get(1).shade(), "a class without images");
    }
}

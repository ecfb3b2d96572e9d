package org.equipoise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigitsTest {
    private static final Catalogue CATALOGUE = new Catalogue(Path.of("nowhere"), List.of());

    private final Dataset digits = CATALOGUE.open("digits");

    @Test
    void holdsFiveThousandAndOneThousandGreyImages() {
        for (ImageSet set : List.of(digits.train(), digits.test())) {
            assertEquals(28, set.height());
            assertEquals(28, set.width());
            assertEquals(1, set.channels());
            assertEquals(10, set.classes());
        }
        assertEquals(5000, digits.train().count());
        assertEquals(1000, digits.test().count());
        assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), digits.classNames());
    }

    /** Counted from the original label files by other means. */
    @Test
    void holdsAllClassesAsMnistMixesThem() {
        assertArrayEquals(new int[] {469, 565, 499, 517, 483, 471, 478, 512, 512, 494}, labelCounts(digits.train()));
        assertArrayEquals(new int[] {96, 115, 89, 123, 87, 99, 88, 111, 89, 103}, labelCounts(digits.test()));
    }

    @Test
    void beginsAsMnistDoes() {
        assertEquals(5, digits.train().label(0));
        assertEquals(7, digits.test().label(0));
        // the first bright row of MNIST's first digit, a 5
        assertEquals(18, digits.train().pixel(0, 5, 13, 0));
        assertEquals(253, digits.train().pixel(0, 6, 13, 0));
    }

    @Test
    void hasTheContentItAlwaysHad() {
        assertEquals(
                "6298f56058926566dc82ff1d232c5513e5699b456e77d89b0cfce0dfbec9526b",
                digits.train().sha256());
        assertEquals(
                "bf91176b7243cd5f8696d8031c03f06f2dcbb885df8a43b28ac37f9a6620188e",
                digits.test().sha256());
        assertTrue(CATALOGUE.find("digits").verify().stream().allMatch(FileCheck::right));
    }

    @Test
    void saysWhereItsFilesAre() {
        assertEquals(
                "bundled digits/train-images-idx3-ubyte.gz",
                CATALOGUE.find("digits").verify().getFirst().where());
    }

    @Test
    void saysWhoMadeItAndOnWhatTerms() {
        assertTrue(digits.origin().contains("LeCun"), digits.origin());
        assertEquals("CC BY-SA 3.0", digits.licence());
    }

    private static int[] labelCounts(ImageSet set) {
        int[] counts = new int[set.classes()];
        for (int i = 0; i < set.count(); i++) {
            counts[set.label(i)]++;
        }
        return counts;
    }
}

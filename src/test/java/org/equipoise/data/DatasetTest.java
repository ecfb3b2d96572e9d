package org.equipoise.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;

class DatasetTest {
    @Test
    void limitsEachSplitAlone() {
        Dataset whole = dataset(set(3, 2, 2), set(2, 2, 2), List.of("yes", "no"));

        Dataset lessTraining = whole.limitTrain(1);
        Dataset lessTesting = whole.limitTest(1);

        assertEquals(1, lessTraining.train().count());
        assertEquals(2, lessTraining.test().count());
        assertEquals(3, lessTesting.train().count());
        assertEquals(1, lessTesting.test().count());
        assertEquals("some", lessTesting.name());
        assertThrows(BadInputException.class, () -> whole.limitTest(3));
    }

    @Test
    void testsWithWhatIsHeldOut() {
        byte[] pixels = {1, 2, 3, 4, 5};
        ImageSet train = ImageSet.of(
                "train",
                new IdxArray(new int[] {5, 1, 1}, pixels),
                new IdxArray(new int[] {5}, new byte[] {0, 1, 0, 0, 1}),
                2);
        Dataset heldOut = dataset(train, set(3, 1, 1), List.of("yes", "no")).holdOut(2);

        assertEquals(3, heldOut.train().count());
        assertEquals(3, heldOut.train().pixel(2, 0, 0, 0));
        assertEquals(2, heldOut.test().count());
        assertEquals(4, heldOut.test().pixel(0, 0, 0, 0));
        assertEquals(5, heldOut.test().pixel(1, 0, 0, 0));
        assertEquals(0, heldOut.test().label(0));
        assertEquals(1, heldOut.test().label(1));
        assertEquals(2, heldOut.heldOut());
        assertEquals(2, heldOut.limitTrain(1).heldOut());
        assertThrows(BadInputException.class, () -> heldOut.holdOut(3));
        assertThrows(BadInputException.class, () -> heldOut.holdOut(0));
    }

    @Test
    void refusesSplitsOfDifferentSizes() {
        assertRefused(set(1, 2, 2), set(1, 3, 2), List.of("yes", "no"), "are 2 × 2 × 1 and its test images 3 × 2 × 1");
    }

    @Test
    void refusesAnotherNumberOfClassNames() {
        assertRefused(
                set(1, 2, 2), set(1, 2, 2), List.of("yes"), "2 training classes, 2 test classes and 1 class names");
    }

    private static void assertRefused(ImageSet train, ImageSet test, List<String> classNames, String reason) {
        BadInputException refusal = assertThrows(BadInputException.class, () -> dataset(train, test, classNames));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    private static Dataset dataset(ImageSet train, ImageSet test, List<String> classNames) {
        return new Dataset("some", train, test, classNames, "none", "nowhere");
    }

    private static ImageSet set(int count, int height, int width) {
        IdxArray images = new IdxArray(new int[] {count, height, width}, new byte[count * height * width]);
        return ImageSet.of("split", images, new IdxArray(new int[] {count}, new byte[count]), 2);
    }
}

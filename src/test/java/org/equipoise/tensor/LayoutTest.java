package org.equipoise.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {
    @ParameterizedTest
    @CsvSource({"1,16", "16,16", "17,32", "32,32", "33,64", "64,64", "65,128", "128,128", "130,192"})
    void channelsOfNeuronsArePaddedToWholeLinesAndWords(int channels, int stride) {
        assertEquals(stride, LayerLayout.ofNeurons(channels, 2, 3).channelStride());
    }

    @Test
    void anImageIsNotPaddedButItsStrideIs() {
        LayerLayout image = LayerLayout.ofImage(3, 5, 7);
        assertEquals(105, image.paddedNeurons());
        assertEquals(112, image.floatStride());
        assertEquals(2, image.wordStride());
        assertEquals((4 * 7 + 2) * 3 + 1, image.index(4 * 7 + 2, 1));
    }

    @ParameterizedTest
    @CsvSource({"0,1,1", "1,0,1", "1,1,-1", "65536,1024,1024"})
    void shapesThatCannotBeAreRefused(int channels, int height, int width) {
        assertThrows(BadInputException.class, () -> LayerLayout.ofNeurons(channels, height, width));
    }

    @Test
    void tensorsCheckTheirMemory() {
        LayerLayout layout = LayerLayout.ofNeurons(3, 2, 2);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment small = arena.allocate(8);
            assertThrows(IllegalArgumentException.class, () -> new FloatTensor(small, layout, 1));
            assertThrows(IllegalArgumentException.class, () -> new SpikeTensor(small, layout, 1));
        }
    }

    @Test
    void aWindowHoldsOtherImagesInTheSameMemory() {
        LayerLayout layout = LayerLayout.ofNeurons(2, 1, 1);
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor first = new FloatTensor(arena.allocate(FloatTensor.floatsNeeded(layout, 2) * 4), layout, 2);
            FloatTensor window = first.from(6);
            window.set(7, 1, 2.5f);
            assertEquals(2.5f, first.get(1, 1));
            FloatTensor copy = new FloatTensor(arena.allocate(FloatTensor.floatsNeeded(layout, 8) * 4), layout, 8);
            copy.copyFrom(7, window, 7, 1);
            assertEquals(2.5f, copy.get(7, 1));
        }
    }

    @Test
    void spikesAreBitsAndDifferencesHaveSigns() {
        LayerLayout layout = LayerLayout.ofNeurons(65, 1, 2);
        try (Arena arena = Arena.ofConfined()) {
            SpikeTensor fired = spikes(arena, layout);
            SpikeTensor expected = spikes(arena, layout);
            fired.set(1, 64, true);
            fired.set(1, 130, true);
            expected.set(1, 130, true);
            expected.set(1, 3, true);
            SpikeDifference difference =
                    new SpikeDifference(fired, expected, new SpikeEvents(arena.allocate(0), arena.allocate(0)));
            assertEquals(1, difference.sign(1, 64));
            assertEquals(0, difference.sign(1, 130));
            assertEquals(-1, difference.sign(1, 3));
            assertEquals(2, difference.count(1, 0));
            assertEquals(0, difference.count(1, 1));
            assertTrue(difference.isZero(1));
            assertFalse(difference.isZero(2));
            assertEquals(2, fired.count(2));
            fired.set(1, 64, false);
            assertEquals(1, fired.count(2));
            fired.clear(2);
            assertEquals(0, fired.count(2));
        }
    }

    private static SpikeTensor spikes(Arena arena, LayerLayout layout) {
        return new SpikeTensor(arena.allocate(SpikeTensor.wordsNeeded(layout, 2) * Long.BYTES), layout, 2);
    }
}

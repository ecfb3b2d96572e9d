package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.Random;
import org.equipoise.tensor.Exchange;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Activations compared with earlier ones, and images that change places. */
class StateChangeTest {
    private static final int IMAGES = 3;

    @ParameterizedTest
    @CsvSource({"1,1", "5,3", "16,1", "17,7", "64,1", "67,31", "128,13"})
    void theSumIsThatOfAllNeuronsOfOneImage(int channels, int side) {
        LayerLayout layout = LayerLayout.ofNeurons(channels, side, side);
        Random random = new Random(channels);
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor s = floats(arena, layout);
            FloatTensor earlier = floats(arena, layout);
            double[] expected = new double[IMAGES];
            for (int image = 0; image < IMAGES; image++) {
                for (int position = 0; position < layout.positions(); position++) {
                    for (int c = 0; c < channels; c++) {
                        int neuron = layout.index(position, c);
                        s.set(image, neuron, random.nextFloat());
                        earlier.set(image, neuron, random.nextFloat());
                        expected[image] += Math.abs(s.get(image, neuron) - earlier.get(image, neuron));
                    }
                }
            }
            for (int image = 0; image < IMAGES; image++) {
                assertEquals(expected[image], StateChange.sum(s, earlier, image), 1e-9 * expected[image]);
                assertEquals(0, StateChange.sum(s, s, image));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "5,3", "17,7", "67,31", "128,13"})
    void imagesChangePlacesWhole(int channels, int side) {
        LayerLayout layout = LayerLayout.ofNeurons(channels, side, side);
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor values = floats(arena, layout);
            SpikeTensor spikes =
                    new SpikeTensor(arena.allocate(SpikeTensor.wordsNeeded(layout, IMAGES) * 8, 64), layout, IMAGES);
            for (int image = 0; image < IMAGES; image++) {
                for (int neuron = 0; neuron < layout.paddedNeurons(); neuron++) {
                    values.set(image, neuron, image * layout.paddedNeurons() + neuron);
                    spikes.set(image, neuron, neuron % (image + 2) == 0);
                }
            }
            Exchange exchange = new Exchange();
            values.exchange(0, 2, exchange);
            spikes.exchange(0, 2, exchange);
            int[] holds = {2, 1, 0};
            for (int slot = 0; slot < IMAGES; slot++) {
                for (int neuron = 0; neuron < layout.paddedNeurons(); neuron++) {
                    assertEquals(holds[slot] * layout.paddedNeurons() + neuron, values.get(slot, neuron));
                    assertEquals(neuron % (holds[slot] + 2) == 0, spikes.get(slot, neuron));
                }
            }
        }
    }

    private static FloatTensor floats(Arena arena, LayerLayout layout) {
        return new FloatTensor(arena.allocate(FloatTensor.floatsNeeded(layout, IMAGES) * 4, 64), layout, IMAGES);
    }
}

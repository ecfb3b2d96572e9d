package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.junit.jupiter.api.Test;

class LossTest {
    private static final float[] OUTPUT = {0.25f, 1f, -0.5f};

    @Test
    void halfOfTheSquaredDistanceToTheLabelsUnitVector() {
        assertEquals((0.75 * 0.75 + 1 + 0.25) / 2, Loss.HALF_SQUARED_ERROR.of(OUTPUT, 0));
        assertEquals((0.0625 + 0 + 0.25) / 2, Loss.HALF_SQUARED_ERROR.of(OUTPUT, 1));
        assertEquals((0.0625 + 1 + 2.25) / 2, Loss.HALF_SQUARED_ERROR.of(OUTPUT, 2));
    }

    @Test
    void aMarginIsTheLeadOfTheRightClass() {
        assertEquals(0.25 - 1, margin(Loss.HALF_SQUARED_ERROR, OUTPUT, 0));
        assertEquals(1 - 0.25, margin(Loss.HALF_SQUARED_ERROR, OUTPUT, 1));
        assertEquals(-0.5 - 1, margin(Loss.HALF_SQUARED_ERROR, OUTPUT, 2));
        double sum = Math.exp(0.25) + Math.exp(1) + Math.exp(-0.5);
        assertEquals((Math.exp(1) - Math.exp(0.25)) / sum, margin(Loss.CROSS_ENTROPY, OUTPUT, 1), 1e-12);
        assertEquals((Math.exp(-0.5) - Math.exp(1)) / sum, margin(Loss.CROSS_ENTROPY, OUTPUT, 2), 1e-12);
        assertEquals(0.25, margin(Loss.HALF_SQUARED_ERROR, new float[] {0.25f}, 0));
        assertEquals(1, margin(Loss.CROSS_ENTROPY, new float[] {0.25f}, 0));
    }

    private static double margin(Loss loss, float[] values, int label) {
        LayerLayout layout = LayerLayout.ofNeurons(values.length, 1, 1);
        try (Arena arena = Arena.ofConfined()) {
            long bytes = FloatTensor.floatsNeeded(layout, 2) * Float.BYTES;
            FloatTensor output = new FloatTensor(arena.allocate(bytes, 64), layout, 2);
            FloatTensor target = new FloatTensor(arena.allocate(bytes, 64), layout, 2);
            for (int c = 0; c < values.length; c++) {
                output.set(1, c, values[c]);
            }
            target.set(1, label, 1f);
            return loss.margin(output, target, 1);
        }
    }

    @Test
    void minusTheLogarithmOfTheLabelsProbability() {
        double sum = Math.exp(0.25) + Math.exp(1) + Math.exp(-0.5);
        for (int label = 0; label < OUTPUT.length; label++) {
            assertEquals(Math.log(sum) - OUTPUT[label], Loss.CROSS_ENTROPY.of(OUTPUT, label), 1e-6);
        }
    }
}

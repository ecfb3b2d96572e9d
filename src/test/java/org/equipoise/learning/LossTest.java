package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
    void minusTheLogarithmOfTheLabelsProbability() {
        double sum = Math.exp(0.25) + Math.exp(1) + Math.exp(-0.5);
        for (int label = 0; label < OUTPUT.length; label++) {
            assertEquals(Math.log(sum) - OUTPUT[label], Loss.CROSS_ENTROPY.of(OUTPUT, label), 1e-6);
        }
    }
}

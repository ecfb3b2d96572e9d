package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoftmaxTest {
    private static final int IMAGES = 3;
    private static final double STEP = 1e-3;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 15, 16, 17, 67})
    void thePullIsTheNegativeGradientOfTheCrossEntropy(int classes) {
        LayerLayout layout = LayerLayout.ofNeurons(classes, 1, 1);
        KernelShapes shapes = new KernelShapes(classes);
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor logits = shapes.states(arena, layout, IMAGES);
            FloatTensor target = shapes.states(arena, layout, IMAGES);
            FloatTensor pull = shapes.states(arena, layout, IMAGES);
            FloatTensor before = KernelShapes.copy(arena, pull);
            target.clear(IMAGES);
            for (int image = 0; image < IMAGES; image++) {
                target.set(image, (image * 7 + 1) % classes, 1f);
            }
            Softmax.pull(logits, target, -0.7f, pull, IMAGES);
            for (int image = 0; image < IMAGES; image++) {
                int label = (image * 7 + 1) % classes;
                float[] z = values(logits, image, classes);
                for (int c = 0; c < classes; c++) {
                    assertEquals(0.7 * slope(z, label, c), pull.get(image, c), 1e-6);
                }
                for (int lane = classes; lane < layout.channelStride(); lane++) {
                    assertEquals(before.get(image, lane), pull.get(image, lane), "padding is left alone");
                }
            }
        }
    }

    private static float[] values(FloatTensor tensor, int image, int count) {
        float[] values = new float[count];
        for (int c = 0; c < count; c++) {
            values[c] = tensor.get(image, c);
        }
        return values;
    }

    /** Central difference of −ln(e^z[label] / Σ e^z) in double precision. */
    private static double slope(float[] z, int label, int c) {
        return (crossEntropy(z, label, c, STEP) - crossEntropy(z, label, c, -STEP)) / (2 * STEP);
    }

    private static double crossEntropy(float[] z, int label, int moved, double by) {
        double sum = 0;
        for (int c = 0; c < z.length; c++) {
            sum += Math.exp(z[c] + (c == moved ? by : 0));
        }
        return Math.log(sum) - z[label] - (label == moved ? by : 0);
    }

    @Test
    void crossEntropyIsThatOfTheProbabilities() {
        float[] logits = {0.5f, -1.25f, 2f};
        double sum = Math.exp(0.5) + Math.exp(-1.25) + Math.exp(2);
        assertEquals(-Math.log(Math.exp(-1.25) / sum), Softmax.crossEntropy(logits, 1), 1e-12);
        assertEquals(Math.log(4), Softmax.crossEntropy(new float[4], 2), 1e-12);
    }

    @Test
    void logitsOfAnySizeStayFinite() {
        assertEquals(0, Softmax.crossEntropy(new float[] {3e38f, -3e38f}, 0));
        assertTrue(Softmax.crossEntropy(new float[] {3e38f, -3e38f}, 1) > 1e38);
        LayerLayout layout = LayerLayout.ofNeurons(2, 1, 1);
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor logits = new FloatTensor(arena.allocate(64, 64), layout, 1);
            FloatTensor target = new FloatTensor(arena.allocate(64, 64), layout, 1);
            logits.set(0, 0, 3e38f);
            logits.set(0, 1, -3e38f);
            target.set(0, 1, 1f);
            FloatTensor pull = new FloatTensor(arena.allocate(64, 64), layout, 1);
            Softmax.pull(logits, target, 2f, pull, 1);
            assertEquals(-2f, pull.get(0, 0));
            assertEquals(2f, pull.get(0, 1));
        }
    }
}

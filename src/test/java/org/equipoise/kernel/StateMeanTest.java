package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.junit.jupiter.api.Test;

class StateMeanTest {
    private static final LayerLayout LAYOUT = LayerLayout.ofNeurons(5, 3, 2);

    private static FloatTensor tensor(Arena arena, int images) {
        MemorySegment segment = arena.allocate(FloatTensor.floatsNeeded(LAYOUT, images) * Float.BYTES, 64);
        return new FloatTensor(segment, LAYOUT, images);
    }

    @Test
    void theMeanIsTheSumInOrderTimesTheShareOfAStep() {
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor mean = tensor(arena, 7);
            float[] expected = new float[LAYOUT.floatStride() * 3];
            float[] one = {0};
            Random random = new Random(3);
            for (int step = 0; step < 3; step++) {
                FloatTensor s = tensor(arena, 3);
                StateMean at = new StateMean(step, 3);
                for (int image = 0; image < 3; image++) {
                    for (int i = 0; i < LAYOUT.floatStride(); i++) {
                        s.set(image, i, random.nextFloat());
                        expected[image * LAYOUT.floatStride() + i] += s.get(image, i);
                    }
                }
                at.include(mean, 2, s, 3);
                one[0] = at.include(one[0], s.get(1, 4));
            }
            for (int image = 0; image < 3; image++) {
                for (int i = 0; i < LAYOUT.floatStride(); i++) {
                    assertEquals(
                            expected[image * LAYOUT.floatStride() + i] * (1f / 3),
                            mean.get(image + 2, i),
                            "neuron " + i);
                }
            }
            assertEquals(mean.get(3, 4), one[0]);
            assertEquals(0f, mean.get(1, 0), "the image before");
            assertEquals(0f, mean.get(5, 0), "the image after");
        }
    }

    @Test
    void oneStepIsTheActivationsThemselves() {
        try (Arena arena = Arena.ofConfined()) {
            FloatTensor mean = tensor(arena, 1);
            FloatTensor s = tensor(arena, 1);
            mean.set(0, 0, 9f);
            s.set(0, 0, 0.1f);
            StateMean.LAST_STEP.include(mean, 0, s, 1);
            assertEquals(0.1f, mean.get(0, 0));
        }
    }

    @Test
    void aStepBeyondTheLastIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new StateMean(2, 2));
        assertThrows(IllegalArgumentException.class, () -> new StateMean(-1, 2));
    }
}

package org.equipoise.training.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueScanTest {
    private static final LayerLayout LAYOUT = LayerLayout.ofNeurons(5, 2, 3);
    private static final int IMAGES = 3;

    private final FloatTensor tensor = new FloatTensor(
            MemorySegment.ofArray(new float[Math.toIntExact(FloatTensor.floatsNeeded(LAYOUT, IMAGES))]),
            LAYOUT,
            IMAGES);
    private final ValueScan scan = new ValueScan();

    private void fill(float value) {
        for (int i = 0; i < IMAGES; i++) {
            for (int position = 0; position < LAYOUT.positions(); position++) {
                for (int channel = 0; channel < LAYOUT.channels(); channel++) {
                    tensor.set(i, LAYOUT.index(position, channel), value);
                }
            }
        }
    }

    private void look(int images) {
        scan.reset();
        scan.addNeurons(tensor, images);
    }

    @Test
    void oneActiveNeuronIsNotSilence() {
        look(IMAGES);
        assertTrue(scan.silent());
        tensor.set(2, LAYOUT.index(5, 4), 0.0011f);
        look(IMAGES);
        assertFalse(scan.silent());
        look(2);
        assertTrue(scan.silent(), "images beyond those in use do not count");
        tensor.set(2, LAYOUT.index(5, 4), 0.001f);
        look(IMAGES);
        assertTrue(scan.silent());
    }

    @Test
    void fullNeuronsAreCountedWithoutPadding() {
        fill(1f);
        look(IMAGES);
        assertEquals(100, scan.fullPercent());
        tensor.set(0, 0, 0.998f);
        look(1);
        assertEquals(100.0 * 29 / 30, scan.fullPercent(), 1e-12);
        scan.reset();
        assertEquals(0, scan.fullPercent());
    }

    @Test
    void padding() {
        tensor.set(0, LAYOUT.channels(), Float.NaN);
        look(IMAGES);
        assertFalse(scan.wild());
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1.1e6f, -1.1e6f})
    void wildValuesAreFoundAnywhere(float value) {
        for (int channel = 0; channel < LAYOUT.channels(); channel++) {
            fill(0.5f);
            tensor.set(1, LAYOUT.index(3, channel), value);
            look(IMAGES);
            assertTrue(scan.wild());
            assertEquals(value, scan.firstWild());
            look(1);
            assertFalse(scan.wild());
        }
    }

    @Test
    void largeValuesWithinReasonAreNotWild() {
        fill(-1e6f);
        look(IMAGES);
        assertFalse(scan.wild());
    }
}

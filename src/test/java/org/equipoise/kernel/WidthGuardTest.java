package org.equipoise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WidthGuardTest {
    @Test
    void onlyVectorsWiderThanTheMachinesAreSkipped() {
        assertTrue(WidthGuard.evaluate(512, 256).isDisabled());
        assertEquals(
                "Vectors of 512 bits were asked for; this machine has 256",
                WidthGuard.evaluate(512, 256).getReason().orElseThrow());
        assertFalse(WidthGuard.evaluate(256, 256).isDisabled());
        assertFalse(WidthGuard.evaluate(128, 512).isDisabled());
        assertFalse(WidthGuard.evaluate(0, 128).isDisabled());
    }
}

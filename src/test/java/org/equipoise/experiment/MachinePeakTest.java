package org.equipoise.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.equipoise.error.BadInputException;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.api.Test;

/** The machine's peak is measured by all threads, in the memory that was planned. */
class MachinePeakTest {
    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();

    @Test
    void measuresBothLimitsInThePlannedMemory() {
        Ledger ledger = new Ledger(MachinePeak.plan(2).totalBytes());
        try (Workers workers = new Workers(2)) {
            MachinePeak peak = MachinePeak.measure(kernels, workers, ledger, 0.01);
            assertEquals(2, peak.threads());
            // Any machine that this runs on adds from its cache faster than a thousandth of a float a nanosecond.
            assertTrue(peak.additionsPerSecond() > 1e6, peak.toString());
            assertTrue(peak.bytesPerSecond() > 1e6, peak.toString());
            assertTrue(Double.isFinite(peak.additionsPerSecond() + peak.bytesPerSecond()), peak.toString());
        }
        assertEquals(MachinePeak.plan(2).totalBytes(), ledger.peakBytes());
        assertEquals(0, ledger.currentBytes());
    }

    @Test
    void refusesATimeThatIsNone() {
        try (Workers workers = new Workers(1)) {
            assertThrows(
                    BadInputException.class,
                    () -> MachinePeak.measure(kernels, workers, Ledger.unlimited(), Double.NaN));
        }
    }
}

package org.equipoise.report.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {
    @Test
    void valuesLieInProportion() {
        Scale scale = Scale.linear(0, 10, 100, 300);
        assertEquals(100, scale.at(0));
        assertEquals(250, scale.at(7.5));
        assertEquals(List.of(0.0, 2.0, 4.0, 6.0, 8.0, 10.0), scale.ticks());
    }

    @ParameterizedTest
    @CsvSource({"0, 0.3", "0, 33.4", "1, 250", "-3.2, 7.7", "0, 1e-5", "0, 12345678", "5, 5", "0, 0", "-2, -2"})
    void someTicksLieBetweenTheEnds(double low, double high) {
        Scale scale = Scale.linear(low, high, 0, 1).rounded();
        List<Double> ticks = scale.ticks();
        assertTrue(ticks.size() >= 3 && ticks.size() <= 8, ticks::toString);
        assertTrue(scale.min() <= low && scale.max() >= high, scale::toString);
        assertTrue(scale.max() > scale.min(), scale::toString);
        assertEquals(scale.min(), ticks.getFirst(), 1e-9 * Math.max(1, Math.abs(low)));
        assertEquals(scale.max(), ticks.getLast(), 1e-9 * Math.max(1, Math.abs(high)));
    }

    @Test
    void decadesAreEquallyLong() {
        Scale scale = Scale.decades(0.003, 0.2, 0, 3);
        assertEquals(1, scale.at(0.01), 1e-12);
        assertEquals(2, scale.at(0.1), 1e-12);
        assertEquals(4, scale.ticks().size());
        assertFalse(scale.shows(0));
    }

    @Test
    void aHugeRangeOfDecadesLosesItsSmallest() {
        Scale scale = Scale.decades(1e-30, 1, 0, 1);
        assertEquals(1e-12, scale.min(), 1e-18);
        assertTrue(scale.ticks().size() <= 7);
    }
}

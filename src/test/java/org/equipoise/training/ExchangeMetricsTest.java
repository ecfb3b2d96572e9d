package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.equipoise.distributed.ExchangeCount;
import org.junit.jupiter.api.Test;

class ExchangeMetricsTest {
    @Test
    void bytesAreThoseOfAllRanksAndSecondsThoseOfOne() {
        ExchangeMetrics metrics = ExchangeMetrics.of(3, new ExchangeCount(1000, 6_000_000_000L), 4);
        assertEquals(new ExchangeMetrics(3, 250, 0.5), metrics);
    }

    @Test
    void noBatchesAreNoDivisionByZero() {
        assertEquals(new ExchangeMetrics(2, 7, 1), ExchangeMetrics.of(2, new ExchangeCount(7, 2_000_000_000L), 0));
    }
}

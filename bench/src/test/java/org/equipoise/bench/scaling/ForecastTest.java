package org.equipoise.bench.scaling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The model finds what measurements were made of, and says where scaling stops. */
class ForecastTest {
    private static final Computing COMPUTING = new Computing(0.02, 0.001, 0.0001);
    private static final Network NETWORK = new Network("some", 25e-6, 1e9);

    @Test
    void computingIsFound() {
        List<Computing.Sample> samples = new ArrayList<>();
        for (int images : List.of(2, 8, 32)) {
            for (int steps : List.of(10, 40)) {
                samples.add(new Computing.Sample(images, steps, COMPUTING.seconds(images, steps)));
            }
        }
        Computing found = Computing.fit(samples);
        assertEquals(COMPUTING.perBatch(), found.perBatch(), 1e-9);
        assertEquals(COMPUTING.perImage(), found.perImage(), 1e-9);
        assertEquals(COMPUTING.perStep(), found.perStep(), 1e-9);
    }

    @Test
    void aNetworkIsFound() {
        List<Network.Sample> samples = new ArrayList<>();
        for (int ranks : List.of(2, 4)) {
            for (long bytes : List.of(1_000L, 100_000L, 10_000_000L)) {
                samples.add(new Network.Sample(ranks, bytes, NETWORK.seconds(ranks, 0, bytes)));
            }
        }
        Network found = Network.fit("found", samples);
        assertEquals(NETWORK.latency(), found.latency(), 1e-12);
        assertEquals(NETWORK.bytesPerSecond(), found.bytesPerSecond(), 1);
    }

    /** Noise may make a factor negative that cannot be: the others are fitted without it. */
    @Test
    void factorsAreNotNegative() {
        assertArrayEquals(
                new double[] {0, 2},
                LeastSquares.fit(new double[][] {{1, 1}, {1, 2}, {1, 10}}, new double[] {1.9, 4, 20.2}),
                0.1);
    }

    @Test
    void scalingStopsWhereTheExchangeTakesAsLongAsTheRest() {
        // 100 images of 10 ms each and nothing else; each exchange of 100 ms, whatever the number of machines.
        Forecast forecast =
                new Forecast(new Computing(0, 0.01, 0), new Network("slow", 0, 1e7), 100, 1, 0, 1_000_000 / 2);
        assertEquals(1.0, forecast.seconds(1), 1e-12);
        assertEquals(0.5 + 0.05, forecast.seconds(2), 1e-12);
        int most = forecast.mostMachines();
        assertTrue(forecast.efficiency(most) >= 0.5 && forecast.efficiency(most + 1) < 0.5, most + " machines");
        // 1 / (N (1 / N + 0.1 (N - 1) / N)) = 0.5 where N = 11.
        assertEquals(11, most, 1);
        Forecast free = new Forecast(
                new Computing(0, 0.01, 0), new Network("none", 0, Double.POSITIVE_INFINITY), 100, 1, 3, 1_000_000);
        assertEquals(100, free.mostMachines());
        assertEquals(100, free.speedUp(100), 1e-9);
    }
}

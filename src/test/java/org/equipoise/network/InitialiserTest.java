package org.equipoise.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.Initialisation;
import org.equipoise.memory.Ledger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitialiserTest {
    private static final String NETWORK = """
            network: {input: [3, 12, 12], layers: [{conv: 8, kernel: 5, pool: avg2}, {linear: 100}, {linear: 10}]}
            """;

    /** Fans: 75 and 200; 128 and 100; 100 and 10. */
    @ParameterizedTest
    @CsvSource({
        "fan-in, 0.115470, 0.088388, 0.1",
        "glorot, 0.147710, 0.162221, 0.233550",
    })
    void weightsFillTheirRange(String kind, double first, double second, double third) {
        Configuration configuration = ConfigurationReader.read(
                NETWORK, "test", List.of("training={batch: 1, epochs: 1, seed: 5, initial: " + kind + "}"));
        double[] bounds = {first, second, third};
        try (Parameters parameters = Parameters.open(Topology.of(configuration.network()), Ledger.unlimited())) {
            Initialiser.of(configuration.training()).fill(parameters);
            for (int l = 0; l < bounds.length; l++) {
                double sum = 0;
                double largest = 0;
                for (float weight : parameters.weights(l)) {
                    sum += weight;
                    largest = Math.max(largest, Math.abs(weight));
                }
                assertTrue(largest <= bounds[l] && largest > 0.99 * bounds[l], l + ": " + largest);
                assertEquals(0, sum / parameters.weights(l).length, 0.06 * bounds[l]);
                double bias = 0;
                for (float value : parameters.biases(l)) {
                    bias = Math.max(bias, Math.abs(value));
                }
                boolean none = configuration.training().initial() == Initialisation.GLOROT;
                assertTrue(none ? bias == 0 : bias > 0 && bias <= bounds[l], l + ": " + bias);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FAN_IN", "GLOROT"})
    void theSeedDecides(Initialisation kind) {
        Topology topology =
                Topology.of(ConfigurationReader.read(NETWORK, "test", List.of()).network());
        try (Parameters one = Parameters.open(topology, Ledger.unlimited());
                Parameters other = Parameters.open(topology, Ledger.unlimited())) {
            new Initialiser(3, kind).fill(one);
            new Initialiser(3, kind).fill(other);
            assertArrayEquals(one.weights(1), other.weights(1));
            new Initialiser(4, kind).fill(other);
            assertTrue(one.weights(1)[0] != other.weights(1)[0]);
        }
    }
}

package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rates that make up for feedback: Equilibrium Propagation then takes the steps of back-propagation with the same rates. */
@Tag("kernels")
class RateScaleTest {
    private static final int IMAGES = 4;
    private static final String EP = "learning.algorithm=ep";
    private static final String BPTT = "learning.algorithm=bptt";

    private static Configuration configuration(String feedback, String readout, String... overrides) {
        String loss = readout.equals("softmax") ? "cross-entropy" : "mse";
        return ConfigurationReader.read("""
                network:
                  input: [1, 8, 8]
                  layers: [{conv: 5, kernel: 3, pool: avg2}, {linear: 7}, {linear: 6}, {linear: 4}]
                  feedback: %s
                neuron: {kind: rate, epsilon: 1, activation: sigmoid}
                phases: {free: 60, nudge: 60, beta: 0.08}
                learning: {loss: %s, readout: %s, rates: [1.5, 1, 2, 0.5], rate-scale: feedback}
                training: {batch: 4, epochs: 1}
                """.formatted(feedback, loss, readout), "test", List.of(overrides));
    }

    @ParameterizedTest
    @CsvSource({"0.5, softmax", "0.1, softmax", "0.5, state", "0.1, state", "1, state"})
    void stepsAreThoseOfBackpropagation(String feedback, String readout) {
        List<float[]> equilibrium = changes(configuration(feedback, readout, EP));
        List<float[]> unrolled = changes(configuration(feedback, readout, BPTT));
        for (int i = 0; i < equilibrium.size(); i++) {
            double difference = 0;
            double length = 0;
            for (int j = 0; j < equilibrium.get(i).length; j++) {
                difference += Math.pow(equilibrium.get(i)[j] - unrolled.get(i)[j], 2);
                length += Math.pow(unrolled.get(i)[j], 2);
            }
            assertTrue(length > 0, "array " + i);
            assertEquals(0, Math.sqrt(difference / length), 0.02, "array " + i);
        }
    }

    private static List<float[]> changes(Configuration configuration) {
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        Topology topology = Topology.of(configuration.network());
        Ledger ledger = Ledger.unlimited();
        RandomNetworks random = new RandomNetworks(5);
        List<float[]> changes = new ArrayList<>();
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(topology, ledger);
                Learner learner = Learner.open(configuration, parameters, kernels, workers, ledger)) {
            random.fillFreely(parameters);
            parameters.derive(kernels, workers);
            for (int image = 0; image < IMAGES; image++) {
                float[] pixels = random.image(64);
                for (int i = 0; i < pixels.length; i++) {
                    learner.image().set(image, i, pixels[i]);
                }
                learner.target().set(image, image, 1f);
            }
            for (int l = 0; l < topology.connections().size(); l++) {
                changes.add(parameters.weights(l));
                changes.add(parameters.biases(l));
            }
            learner.learn(IMAGES, true, 1f);
            for (int l = 0; l < topology.connections().size(); l++) {
                subtract(parameters.weights(l), changes.get(2 * l));
                subtract(parameters.biases(l), changes.get(2 * l + 1));
            }
        }
        return changes;
    }

    private static void subtract(float[] after, float[] before) {
        for (int i = 0; i < before.length; i++) {
            before[i] = after[i] - before[i];
        }
    }

    @Test
    void layersBelowOthersHaveHigherRates() {
        assertEquals(List.of(6f, 2f, 2f, 0.5f), rates(configuration("0.5", "softmax", EP)));
        assertEquals(List.of(12f, 4f, 4f, 0.5f), rates(configuration("0.5", "state", EP)));
        assertEquals(List.of(1.5f, 1f, 2f, 0.5f), rates(configuration("0.5", "state", BPTT)));
        assertEquals(List.of(1.5f, 1f, 2f, 0.5f), rates(configuration("0.5", "state", EP, "learning.rate-scale=none")));
    }

    private static List<Float> rates(Configuration configuration) {
        List<Float> rates = new ArrayList<>();
        for (int l = 0; l < configuration.network().layers().size(); l++) {
            rates.add(configuration.rate(l));
        }
        return rates;
    }

    @Test
    void whatTheyComeToHasALimit() {
        String message = String.valueOf(assertThrows(BadInputException.class, () -> configuration("0.001", "state", EP))
                .getMessage());
        assertTrue(
                message.startsWith(
                        "learning.rates[0] is 1.5 and, as learning.rate-scale is feedback and network.feedback"),
                message);
    }
}

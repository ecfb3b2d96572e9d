package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rates that make up for feedback: Equilibrium Propagation then takes the steps of back-propagation with the same rates. */
@Tag("kernels")
class RateScaleTest {
    private static final String EP = "learning.algorithm=ep";
    private static final String BPTT = "learning.algorithm=bptt";

    private static Configuration configuration(String feedback, String readout, String... overrides) {
        List<String> settings =
                new ArrayList<>(List.of("learning.rates=[1.5, 1, 2, 0.5]", "learning.rate-scale=feedback"));
        settings.addAll(List.of(overrides));
        return FirstUpdate.configuration(feedback, readout, settings.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({"0.5, softmax", "0.1, softmax", "0.5, state", "0.1, state", "1, state"})
    void stepsAreThoseOfBackpropagation(String feedback, String readout) {
        List<float[]> equilibrium =
                FirstUpdate.of(configuration(feedback, readout, EP)).changes();
        List<float[]> unrolled =
                FirstUpdate.of(configuration(feedback, readout, BPTT)).changes();
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

package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.distributed.SingleProcess;
import org.equipoise.distributed.ThreadRanks;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.memory.Reservation;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nudge phases in which deviations from the free state travel up by the feedback and down by 1, not the other way round. */
@Tag("kernels")
class AmplifiedErrorsTest {
    private static final int IMAGES = 4;
    private static final String AMPLIFIED = "phases.errors=amplified";
    private static final String SPIKING = "neuron={kind: sigma-delta, epsilon: 0.5, lambda: 0.6}";

    private static void assertNear(float[] expected, float[] found, double factor, double tolerance, String what) {
        double error = 0;
        double length = 0;
        for (int i = 0; i < expected.length; i++) {
            error += Math.pow(found[i] - factor * expected[i], 2);
            length += Math.pow(factor * expected[i], 2);
        }
        assertTrue(length > 0, what);
        assertEquals(0, Math.sqrt(error / length), tolerance, what);
    }

    /** All layers, without rates that make up for the feedback: what it shortens elsewhere has its length here. */
    @ParameterizedTest
    @CsvSource({
        "0.5, softmax, symmetric",
        "0.1, softmax, symmetric",
        "0.001, softmax, symmetric",
        "0.5, state, symmetric",
        "0.1, state, symmetric",
        "0.01, state, symmetric",
        "0.1, state, one-sided",
        "0.1, softmax, random-sign",
        "2, softmax, symmetric"
    })
    void stepsAreThoseOfBackpropagation(String feedback, String readout, String scheme) {
        String beta = "phases.beta=" + (scheme.equals("symmetric") ? 0.05 : 0.004);
        List<float[]> equilibrium = FirstUpdate.of(
                        FirstUpdate.configuration(feedback, readout, AMPLIFIED, beta, "phases.scheme=" + scheme))
                .changes();
        List<float[]> unrolled = FirstUpdate.of(FirstUpdate.configuration(feedback, readout, "learning.algorithm=bptt"))
                .changes();
        for (int i = 0; i < equilibrium.size(); i++) {
            assertNear(unrolled.get(i), equilibrium.get(i), 1, 0.02, "array " + i);
        }
    }

    /** It is the same system after a change of scale: with small nudges by as much in every neuron of a layer. */
    @ParameterizedTest
    @CsvSource({"0.5, state", "0.25, state", "0.5, softmax", "0.25, softmax"})
    void deviationsAreThoseOfPlainNudgesButForTheirScale(String feedback, String readout) {
        FirstUpdate plain = FirstUpdate.of(FirstUpdate.configuration(feedback, readout, "phases.beta=0.01"));
        FirstUpdate amplified =
                FirstUpdate.of(FirstUpdate.configuration(feedback, readout, AMPLIFIED, "phases.beta=0.01"));
        int depth = plain.differences().size();
        double gain = Double.parseDouble(feedback);
        for (int l = 1; l <= depth; l++) {
            double factor = Math.pow(gain, l - depth);
            assertNear(plain.differences().get(l - 1), amplified.differences().get(l - 1), factor, 0.02, "states " + l);
            assertNear(
                    plain.changes().get(2 * l - 2), amplified.changes().get(2 * l - 2), factor, 0.02, "weights " + l);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SPIKING, "neuron.epsilon=1"})
    void withAFeedbackOfOneNothingIsDifferent(String neuron) {
        List<float[]> plain =
                FirstUpdate.of(FirstUpdate.configuration("1", "state", neuron)).changes();
        List<float[]> amplified = FirstUpdate.of(FirstUpdate.configuration("1", "state", neuron, AMPLIFIED))
                .changes();
        for (int i = 0; i < plain.size(); i++) {
            assertArrayEquals(plain.get(i), amplified.get(i));
        }
    }

    /** Long means of long phases: what spikes bring is the gradient, with its whole length in every layer. */
    @Test
    void spikesBringTheGradientInItsWholeLength() {
        String[] settings = {
            SPIKING, "phases={free: 400, nudge: 1200, beta: 0.4, average: {free: 300, nudge: 1000}}", AMPLIFIED
        };
        List<float[]> spiking = FirstUpdate.of(FirstUpdate.configuration("0.2", "softmax", settings))
                .changes();
        String[] rates = {
            "neuron={kind: rate, epsilon: 0.5}", "phases={free: 200, nudge: 200, beta: 0.4, errors: amplified}"
        };
        List<float[]> rate = FirstUpdate.of(FirstUpdate.configuration("0.2", "softmax", rates))
                .changes();
        for (int i = 0; i < rate.size(); i += 2) {
            assertNear(rate.get(i), spiking.get(i), 1, 0.25, "weights " + i / 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SPIKING, "neuron.epsilon=0.5"})
    void threadsTilesAndRanksDoNotChangeABit(String neuron) {
        String settle = "phases.settle={tolerance: 0.01, window: 5}";
        Configuration configuration = FirstUpdate.configuration("0.3", "state", neuron, AMPLIFIED, settle);
        List<float[]> expected =
                FirstUpdate.of(configuration, 1, SingleProcess.INSTANCE).changes();
        Configuration tiles = FirstUpdate.configuration("0.3", "state", neuron, AMPLIFIED, settle, "training.tile=1");
        Configuration shards =
                FirstUpdate.configuration("0.3", "state", neuron, AMPLIFIED, settle, "training.shards=2");
        List<List<float[]>> found = new ArrayList<>();
        found.add(FirstUpdate.of(configuration, 3, SingleProcess.INSTANCE).changes());
        found.add(FirstUpdate.of(tiles, 2, SingleProcess.INSTANCE).changes());
        for (List<float[]> each : found) {
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), each.get(i), "array " + i);
            }
        }
        List<float[]> alone = FirstUpdate.of(shards, 2, SingleProcess.INSTANCE).changes();
        for (FirstUpdate rank : ThreadRanks.run(2, communicator -> FirstUpdate.of(shards, 1, communicator))) {
            for (int i = 0; i < alone.size(); i++) {
                assertArrayEquals(alone.get(i), rank.changes().get(i), "array " + i);
                assertNear(expected.get(i), rank.changes().get(i), 1, 1e-4, "array " + i);
            }
        }
    }

    /** Only networks whose errors are amplified have layouts and free states for it, by names of their own. */
    @ParameterizedTest
    @ValueSource(strings = {SPIKING, "neuron.epsilon=0.5"})
    void memoryIsNamed(String neuron) {
        List<String> plain = names(FirstUpdate.configuration("0.3", "state", neuron));
        List<String> amplified = names(FirstUpdate.configuration("0.3", "state", neuron, AMPLIFIED));
        assertTrue(amplified.containsAll(plain));
        assertTrue(plain.stream().noneMatch(name -> name.contains("errors") || name.contains("free ")));
        assertTrue(amplified.containsAll(List.of("l1.free mean", "l4.free current")), amplified.toString());
        assertEquals(neuron.equals(SPIKING), amplified.contains("layers.0.errors forward"));
        assertEquals(neuron.equals(SPIKING), amplified.contains("layers.3.errors backward"));
        assertFalse(amplified.contains("layers.0.errors backward"));
        assertEquals(plain, names(FirstUpdate.configuration("1", "state", neuron, AMPLIFIED)));
    }

    private static List<String> names(Configuration configuration) {
        try (Workers workers = new Workers(1)) {
            return MemoryScope.count(memory -> new EquilibriumPropagation(
                            memory, configuration, Parameters.in(memory, configuration), Kernels.scalar(), workers))
                    .stream()
                    .map(MemoryPlan::reservations)
                    .flatMap(List::stream)
                    .map(Reservation::name)
                    .toList();
        }
    }

    @Test
    void whatCannotAmplifyErrorsIsRefused() {
        Map<String, List<String>> refused = Map.of(
                "learning.algorithm is bptt and phases.errors is amplified",
                List.of("learning.algorithm=bptt"),
                "learning.algorithm is continual-ep and phases.errors is amplified",
                List.of("learning.algorithm=continual-ep", "phases.scheme=one-sided"),
                "neuron.kind is lif and phases.errors is amplified",
                List.of("neuron={kind: lif}"));
        refused.forEach((complaint, overrides) -> {
            List<String> all = new ArrayList<>(overrides);
            all.add(AMPLIFIED);
            String message = String.valueOf(assertThrows(
                            BadInputException.class,
                            () -> FirstUpdate.configuration("0.3", "state", all.toArray(String[]::new)))
                    .getMessage());
            assertTrue(message.contains(complaint), message);
        });
    }

    /** Gradients are those of the loss for any feedback, so there is nothing that rates should make up for. */
    @Test
    void ratesAreTakenAsTheyAre() {
        Configuration amplified = FirstUpdate.configuration("0.1", "state", AMPLIFIED, "learning.rate-scale=feedback");
        for (int l = 0; l < 4; l++) {
            assertEquals(1f, amplified.rate(l));
        }
    }
}

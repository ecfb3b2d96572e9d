package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.NeuronSettings;
import org.equipoise.dynamics.Settling;
import org.equipoise.dynamics.SpikeCounts;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A small network that learns in every step of its nudge phase, against the same steps with literal sums between them. */
class ContinualStepTest {
    private static final int IMAGES = 3;
    private static final int PIXELS = 16;
    private static final int HIDDEN = 6;
    private static final int CLASSES = 3;
    private static final int FREE = 12;
    private static final int NUDGE = 3;
    private static final float BETA = 0.8f;
    private static final float RATE = 0.5f;

    private static final String RATES = "{kind: rate, epsilon: 0.5, activation: clip, nudge: outside}";
    private static final String LEAKY = "{kind: lif, leak: 0.05, threshold: 0.8, filter: 0.2}";

    private final Kernels kernels = Kernels.scalar();

    private static Configuration configuration(String neuron, String algorithm) {
        return ConfigurationReader.read(
                """
                network: {input: [1, 4, 4], layers: [{linear: %d}, {linear: %d}], upsampling: exact}
                neuron: %s
                phases: {free: %d, nudge: %d, beta: %s, scheme: random-sign}
                learning: {rates: [%s, %s], algorithm: %s}
                training: {batch: %d, epochs: 1}
                """.formatted(HIDDEN, CLASSES, neuron, FREE, NUDGE, BETA, RATE, RATE, algorithm, IMAGES),
                "test",
                List.of());
    }

    private static void fill(FloatTensor image, FloatTensor target) {
        for (int i = 0; i < IMAGES; i++) {
            for (int p = 0; p < PIXELS; p++) {
                image.set(i, p, (p * 7 + i * 5) % 11 / 10f);
            }
            target.set(i, i, 1f);
        }
    }

    private void fill(Parameters parameters, Workers workers) {
        for (int l = 0; l < 2; l++) {
            float[] weights = parameters.weights(l);
            for (int i = 0; i < weights.length; i++) {
                weights[i] = ((i * 37 + l * 11) % 23 - 9) / 40f;
            }
            parameters.setWeights(l, weights);
            float[] biases = parameters.biases(l);
            for (int i = 0; i < biases.length; i++) {
                biases[i] = 0.25f + i % 3 / 10f;
            }
            parameters.setBiases(l, biases);
        }
        parameters.derive(kernels, workers);
    }

    /** What a step teaches: products of what connections join, with a sign, for each weight and bias. */
    private static final class LiteralChange {
        private final double[][] weights = {new double[HIDDEN * PIXELS], new double[CLASSES * HIDDEN]};
        private final double[][] biases = {new double[HIDDEN], new double[CLASSES]};

        void add(int layer, int image, FloatTensor below, FloatTensor above, double factor) {
            int inputs = layer == 1 ? PIXELS : HIDDEN;
            for (int post = 0; post < biases[layer - 1].length; post++) {
                for (int pre = 0; pre < inputs; pre++) {
                    weights[layer - 1][post * inputs + pre] += factor * above.get(image, post) * below.get(image, pre);
                }
                biases[layer - 1][post] += factor * above.get(image, post);
            }
        }

        void addSpikes(int layer, int image, Settling lif) {
            int inputs = layer == 1 ? PIXELS : HIDDEN;
            for (int post = 0; post < biases[layer - 1].length; post++) {
                for (int pre = 0; pre < inputs; pre++) {
                    weights[layer - 1][post * inputs + pre] +=
                            change(lif, layer, image, post) * spike(lif, layer - 1, image, pre)
                                    + spike(lif, layer, image, post) * change(lif, layer - 1, image, pre);
                }
                biases[layer - 1][post] += change(lif, layer, image, post);
            }
        }

        private static FloatTensor variable(Settling lif, int layer, String name) {
            return (FloatTensor) lif.variables(layer).get(name);
        }

        private static double spike(Settling lif, int layer, int image, int neuron) {
            return Objects.requireNonNull(lif.spikes(layer)).get(image, neuron) ? 1 : 0;
        }

        private static double change(Settling lif, int layer, int image, int neuron) {
            return layer == 0
                    ? 0
                    : 0.2
                            * (variable(lif, layer, "s").get(image, neuron)
                                    - variable(lif, layer, "slow").get(image, neuron));
        }

        void apply(Parameters parameters, double scale) {
            for (int l = 0; l < 2; l++) {
                parameters.setWeights(l, moved(parameters.weights(l), weights[l], scale));
                parameters.setBiases(l, moved(parameters.biases(l), biases[l], scale));
            }
        }

        private static float[] moved(float[] values, double[] change, double scale) {
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (scale * change[i]);
            }
            return values;
        }
    }

    /** Learns from a batch in the literal way: the weights move in every step, or when all are done. */
    private void learnLiterally(
            Configuration configuration,
            Parameters parameters,
            Workers workers,
            Ledger ledger,
            float beta,
            boolean always) {
        boolean spikes = configuration.neuron() instanceof NeuronSettings.Lif;
        try (Settling settling =
                Settling.open(configuration.neuron(), null, parameters, kernels, ledger, "literal", IMAGES, false)) {
            fill(settling.image(), settling.target());
            settling.begin(IMAGES);
            settling.free(FREE);
            LiteralChange change = new LiteralChange();
            for (int step = 0; step < NUDGE; step++) {
                for (int l = 1; !spikes && l <= 2; l++) {
                    for (int image = 0; image < IMAGES; image++) {
                        change.add(l, image, settling.states(l - 1), settling.states(l), -1);
                    }
                }
                settling.nudge(beta, 1);
                for (int l = 1; l <= 2; l++) {
                    for (int image = 0; image < IMAGES; image++) {
                        if (spikes) {
                            change.addSpikes(l, image, settling);
                        } else {
                            change.add(l, image, settling.states(l - 1), settling.states(l), 1);
                        }
                    }
                }
                if (always || step == NUDGE - 1) {
                    change.apply(parameters, RATE / (beta * IMAGES));
                    parameters.derive(kernels, workers);
                    settling.invalidateWeights();
                    change = new LiteralChange();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "rate, continual-ep, true",
        "rate, continual-ep, false",
        "lif, 'eqspike, weights-move: phase-end', true",
        "lif, 'eqspike, weights-move: every-step', false"
    })
    void everyStepTeachesWhatItChanges(String neuron, String algorithm, boolean positive) {
        Configuration configuration = configuration(neuron.equals("lif") ? LEAKY : RATES, algorithm);
        Topology topology = Topology.of(configuration.network());
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(topology, ledger);
                Parameters expected = Parameters.open(topology, ledger)) {
            fill(parameters, workers);
            fill(expected, workers);
            float[] start = parameters.weights(1);
            long held = ledger.currentBytes();
            try (Learner learner = Learner.open(configuration, parameters, kernels, workers, ledger)) {
                assertEquals(
                        PredictedMemory.of(configuration, 2).stream()
                                .mapToLong(MemoryPlan::totalBytes)
                                .sum(),
                        ledger.currentBytes() - held);
                fill(learner.image(), learner.target());
                learner.learn(IMAGES, positive, 1f);
                assertEquals(IMAGES * FREE, learner.steps().freeTaken());
                assertEquals(IMAGES * NUDGE, learner.steps().nudgeTaken());
                assertEquals(
                        List.of(
                                LearningPhase.FREE,
                                LearningPhase.POSITIVE_NUDGE,
                                LearningPhase.GRADIENT,
                                LearningPhase.UPDATE),
                        List.copyOf(learner.times().shares(2).keySet()));
                assertSame(learner.output(), learner.activations(2));
                if (neuron.equals("lif")) {
                    assertNull(learner.activations(1));
                    assertTrue(learner.firingRates()[1] > 0);
                    learner.resetFiringRates();
                    assertEquals(SpikeCounts.NONE, learner.spikeCounts());
                } else {
                    assertNotNull(learner.activations(1));
                }
            }
            assertEquals(held, ledger.currentBytes());
            learnLiterally(
                    configuration,
                    expected,
                    workers,
                    ledger,
                    positive ? BETA : -BETA,
                    !algorithm.contains("phase-end"));
            double moved = 0;
            for (int l = 0; l < 2; l++) {
                assertNear(expected.weights(l), parameters.weights(l));
                assertNear(expected.biases(l), parameters.biases(l));
            }
            for (int i = 0; i < start.length; i++) {
                moved += Math.abs(start[i] - parameters.weights(1)[i]);
            }
            assertTrue(moved > 1e-3, "weights moved: " + moved);
        }
    }

    private static void assertNear(float[] expected, float[] found) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], 2e-5, "value " + i);
        }
    }
}

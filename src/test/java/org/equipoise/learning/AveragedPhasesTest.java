package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.dynamics.Settling;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Initialiser;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AveragedPhasesTest {
    private static final int IMAGES = 3;
    private static final float BETA = 0.7f;
    private static final int FREE = 11;
    private static final int NUDGE = 6;

    private static Configuration configuration(String neuron, String scheme, String average) {
        return ConfigurationReader.read("""
                network: {input: [1, 6, 6], layers: [{conv: 4, kernel: 3, pool: avg2}, {linear: 7}, {linear: 3}]}
                neuron: %s
                phases: {free: %d, nudge: %d, beta: %s, scheme: %s, average: %s}
                learning: {rates: [1, 1, 1]}
                training: {batch: 3, epochs: 1}
                """.formatted(neuron, FREE, NUDGE, BETA, scheme, average), "test", List.of());
    }

    private static void fill(FloatTensor image, FloatTensor target) {
        for (int i = 0; i < IMAGES; i++) {
            for (int p = 0; p < 36; p++) {
                image.set(i, p, (p * 7 + i * 5) % 11 / 10f);
            }
            target.set(i, i, 1f);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'{kind: sigma-delta, epsilon: 0.3, lambda: 0.6}', symmetric, 1, 1",
        "'{kind: sigma-delta, epsilon: 0.3, lambda: 0.6}', symmetric, 4, 4",
        "'{kind: sigma-delta, epsilon: 0.3, lambda: 0.6}', symmetric, 1, 5",
        "'{kind: sigma-delta, epsilon: 0.3, lambda: 0.6}', symmetric, 11, 2",
        "'{kind: sigma-delta, epsilon: 0.3, lambda: 0.6}', one-sided, 9, 6",
        "'{kind: sigma-delta, epsilon: 0.3, lambda: 0.6}', one-sided, 6, 6",
        "'{kind: rate, epsilon: 0.5, activation: clip}', one-sided, 3, 3",
        "'{kind: rate, epsilon: 0.5, activation: clip}', one-sided, 2, 5"
    })
    void learningSeesTheMeanOfTheLastSteps(String neuron, String scheme, int ofFree, int ofNudge) {
        String average =
                ofFree == ofNudge ? String.valueOf(ofFree) : "{free: %d, nudge: %d}".formatted(ofFree, ofNudge);
        Configuration configuration = configuration(neuron, scheme, average);
        Topology topology = Topology.of(configuration.network());
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(1);
                Parameters parameters = Parameters.open(topology, ledger)) {
            new Initialiser(5).fill(parameters);
            parameters.derive(kernels, workers);
            try (EquilibriumPropagation learner = ledger.open(
                            memory -> new EquilibriumPropagation(memory, configuration, parameters, kernels, workers));
                    Settling settling = Settling.open(
                            configuration.neuron(), null, parameters, kernels, ledger, "alone", IMAGES, true)) {
                fill(settling.image(), settling.target());
                settling.begin(IMAGES);
                float[][] free = mean(settling, topology, 0f, FREE, ofFree);
                boolean symmetric = scheme.equals("symmetric");
                if (symmetric) {
                    settling.saveState();
                }
                float[][] positive = mean(settling, topology, BETA, NUDGE, ofNudge);
                float[][] negative = free;
                if (symmetric) {
                    settling.restoreState();
                    negative = mean(settling, topology, -BETA, NUDGE, ofNudge);
                }

                fill(learner.states().image(), learner.states().target());
                float[][] plus = positive;
                float[][] minus = negative;
                AtomicInteger differing = new AtomicInteger();
                learner.learn(IMAGES, true, 0f, () -> {
                    for (int l = 1; l <= topology.depth(); l++) {
                        assertMean(plus[l], learner.states().positive(l), ofNudge);
                        assertMean(minus[l], learner.states().negative(l), symmetric ? ofNudge : ofFree);
                        for (int i = 0; i < plus[l].length; i++) {
                            differing.addAndGet(plus[l][i] == minus[l][i] ? 0 : 1);
                        }
                    }
                });
                assertTrue(differing.get() > 0, "the phases differ");
                assertMean(free[topology.depth()], learner.states().output(), ofFree);
            }
        }
    }

    /** Sums of each layer's activations over the last steps of a phase, added in order. */
    private static float[][] mean(Settling settling, Topology topology, float beta, int steps, int average) {
        float[][] sums = new float[topology.depth() + 1][];
        for (int step = 1; step <= steps; step++) {
            if (beta == 0f) {
                settling.free(1);
            } else {
                settling.nudge(beta, 1);
            }
            for (int l = 1; step > steps - average && l <= topology.depth(); l++) {
                int stride = topology.layout(l).floatStride();
                sums[l] = sums[l] == null ? new float[IMAGES * stride] : sums[l];
                for (int i = 0; i < sums[l].length; i++) {
                    sums[l][i] += settling.states(l).get(i / stride, i % stride);
                }
            }
        }
        return sums;
    }

    private static void assertMean(float[] sums, FloatTensor mean, int average) {
        int stride = mean.layout().floatStride();
        for (int i = 0; i < sums.length; i++) {
            assertEquals(
                    average == 1 ? sums[i] : sums[i] * (1f / average), mean.get(i / stride, i % stride), "neuron " + i);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, phases.average is 0",
        "7, phases.average is 7",
        "-1, phases.average is -1",
        "'{free: 12, nudge: 1}', phases.average.free is 12 (test line 3); a whole number from 1 to 11",
        "'{free: 8, nudge: 7}', phases.average.nudge is 7 (test line 3); a whole number from 1 to 6",
        "'{free: 0}', phases.average.free is 0",
        "'{nudges: 2}', nudges"
    })
    void aMeanOverMoreStepsThanAPhaseHasIsRefused(String average, String complaint) {
        String message = assertThrows(
                        BadInputException.class,
                        () -> configuration("{kind: rate, epsilon: 0.5, activation: clip}", "symmetric", average))
                .getMessage();
        assertTrue(message.contains(complaint), message);
    }

    /** A number that stands for both windows is written as one, and windows of their own as such. */
    @ParameterizedTest
    @CsvSource({"3, average: 3", "'{free: 3, nudge: 3}', average: 3", "'{nudge: 4}', 'average: {free: 1, nudge: 4}'"})
    void windowsAreReadAndWritten(String average, String written) {
        Configuration configuration =
                configuration("{kind: rate, epsilon: 0.5, activation: clip}", "symmetric", average);
        assertTrue(configuration.toYaml().contains(written), configuration.toYaml());
        assertEquals(configuration, ConfigurationReader.read(configuration.toYaml(), "written", List.of()));
    }
}

package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.dynamics.StepCount;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images whose class is far enough ahead are not nudged, and nothing is learnt from them. */
@Tag("kernels")
class NudgeMarginTest {
    private static final int IMAGES = 11;
    private static final int FREE = 9;
    private static final int NUDGE = 4;
    private static final int CLASSES = 3;
    private static final String SPIKING = "neuron={kind: sigma-delta, epsilon: 0.4, lambda: 0.6}";
    private static final String RATE = "neuron={kind: rate, epsilon: 0.5}";
    private static final String LIF = "neuron={kind: lif}";

    static Stream<List<String>> cases() {
        List<List<String>> cases = new ArrayList<>();
        for (String neuron : List.of(SPIKING, RATE)) {
            for (String phases : List.of(
                    "phases.scheme=symmetric",
                    "phases.scheme=one-sided",
                    "phases.scheme=random-sign; phases.against=same-step",
                    "phases.scheme=one-sided; phases.average={free: 3, nudge: 2}",
                    "phases.scheme=symmetric; phases.settle={tolerance: 0.02, window: 2}",
                    "phases.scheme=symmetric; phases.errors=amplified; network.feedback=0.5",
                    "phases.scheme=one-sided; learning.algorithm=continual-ep")) {
                for (String readout : List.of(
                        "learning.loss=mse",
                        "learning.loss=cross-entropy; learning.readout=softmax",
                        "network.layers=[{conv: 4, kernel: 3, pool: max2}, {linear: 6}, {linear: 3}]")) {
                    cases.add(List.of((neuron + "; " + phases + "; " + readout).split("; ")));
                }
            }
        }
        for (String move : List.of("every-step", "phase-end")) {
            cases.add(List.of(
                    LIF, "phases.scheme=one-sided", "learning.algorithm=eqspike", "learning.weights-move=" + move));
        }
        return cases.stream();
    }

    private static Configuration configuration(List<String> settings, String... more) {
        List<String> overrides = new ArrayList<>(settings);
        overrides.addAll(List.of(more));
        return ConfigurationReader.read("""
                network: {input: [1, 8, 8], layers: [{conv: 4, kernel: 3, pool: avg2}, {linear: 6}, {linear: 3}]}
                phases: {free: 9, nudge: 4, beta: 0.5}
                learning: {rates: [0.5, 0.5, 0.5]}
                training: {batch: 11, epochs: 1}
                """, "test", overrides);
    }

    /** What two batches leave: outputs of both, parameters at the end. */
    private record Learnt(List<float[]> values, StepCount steps) {}

    private static Learnt learn(Configuration configuration, Kernels kernels, int threads, List<Integer> images) {
        Topology topology = Topology.of(configuration.network());
        RandomNetworks random = new RandomNetworks(21);
        Ledger ledger = Ledger.unlimited();
        List<float[]> values = new ArrayList<>();
        StepCount steps;
        try (Workers workers = new Workers(threads);
                Parameters parameters = Parameters.open(topology, ledger);
                Learner learner = Learner.open(configuration, parameters, kernels, workers, ledger)) {
            random.fillFreely(parameters);
            parameters.derive(kernels, workers);
            List<float[]> pixels = new ArrayList<>();
            for (int image = 0; image < IMAGES; image++) {
                pixels.add(random.image(64));
            }
            for (int i = 0; i < images.size(); i++) {
                for (int p = 0; p < 64; p++) {
                    learner.image().set(i, p, pixels.get(images.get(i))[p]);
                }
                learner.target().set(i, images.get(i) % CLASSES, 1f);
            }
            learner.learn(images.size(), true, 1f);
            steps = learner.steps();
            for (int i = 0; i < images.size(); i++) {
                float[] output = new float[CLASSES];
                for (int c = 0; c < CLASSES; c++) {
                    output[c] = learner.output().get(i, c);
                }
                values.add(output);
            }
            for (int l = 0; l < topology.connections().size(); l++) {
                values.add(parameters.weights(l));
                values.add(parameters.biases(l));
            }
        }
        return new Learnt(values, steps);
    }

    private static Learnt learn(Configuration configuration, List<Integer> images) {
        return learn(configuration, KernelSelection.ofThisJvm().kernels(), 2, images);
    }

    private static List<Integer> all() {
        return Stream.iterate(0, i -> i + 1).limit(IMAGES).toList();
    }

    /** As far ahead as the first answers of the batch say; written down apart from the engine's own. */
    private static double margin(float[] output, int label, boolean softmax) {
        double[] answers = new double[CLASSES];
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
            answers[c] = softmax ? Math.exp(output[c]) : output[c];
            sum += answers[c];
        }
        double other = Math.max(answers[(label + 1) % CLASSES], answers[(label + 2) % CLASSES]);
        return (answers[label] - other) / (softmax ? sum : 1);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatIsLearntIsThatOfTheOthersAlone(List<String> settings) {
        Learnt nudged = learn(configuration(settings), all());
        boolean softmax = settings.contains("learning.readout=softmax");
        List<Double> margins = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            margins.add(margin(nudged.values().get(i), i % CLASSES, softmax));
        }
        double middle = Math.max(0, margins.stream().sorted().toList().get(IMAGES / 2) + 1e-4);
        List<Integer> others =
                all().stream().filter(i -> margins.get(i) < middle).toList();
        assertTrue(!others.isEmpty() && others.size() < IMAGES, margins.toString());

        Learnt found = learn(configuration(settings, "phases.nudge-margin=" + middle), all());
        StepCount everyStep = nudged.steps();
        StepCount steps = found.steps();
        assertEquals(everyStep.taken() + everyStep.saved(), steps.taken() + steps.saved());
        if (everyStep.saved() == 0) {
            long left = (long) (IMAGES - others.size()) * (everyStep.taken() / IMAGES - FREE);
            assertEquals(left, steps.saved());
        }
        // The mean of a batch is over all its images, so lower rates make up for those that a smaller batch lacks.
        float rate = 0.5f * others.size() / IMAGES;
        Learnt alone =
                learn(configuration(settings, "learning.rates=[%s, %s, %s]".formatted(rate, rate, rate)), others);
        compareChanges(settings, found, alone, others.size());
    }

    private static void compareChanges(List<String> settings, Learnt found, Learnt alone, int others) {
        Configuration still = configuration(settings, "learning.rates=[0, 0, 0]");
        List<float[]> start = learn(still, all()).values();
        for (int a = 0; a < 2 * still.network().layers().size(); a++) {
            float[] before = start.get(IMAGES + a);
            float[] after = found.values().get(IMAGES + a);
            float[] expected = alone.values().get(others + a);
            double difference = 0;
            double length = 0;
            for (int i = 0; i < before.length; i++) {
                difference += Math.pow(after[i] - expected[i], 2);
                length += Math.pow(expected[i] - before[i], 2);
            }
            assertTrue(
                    Math.sqrt(difference) <= 1e-4 * Math.sqrt(length) + 1e-6,
                    "array " + a + ": " + Math.sqrt(difference) + " beside " + Math.sqrt(length));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void kernelsThreadsAndTilesDoNotChangeABit(List<String> settings) {
        Configuration configuration = configuration(settings, "phases.nudge-margin=0.02");
        Learnt expected = learn(configuration, Kernels.scalar(), 1, all());
        for (int threads = 1; threads <= 3; threads++) {
            for (int tile = 2; tile <= 4; tile += 2) {
                Learnt found = learn(
                        configuration.withTile(tile),
                        KernelSelection.ofThisJvm().kernels(),
                        threads,
                        all());
                assertEquals(expected.steps(), found.steps());
                for (int i = 0; i < expected.values().size(); i++) {
                    assertArrayEquals(
                            expected.values().get(i), found.values().get(i), threads + " threads, array " + i);
                }
            }
        }
    }

    /** The right class is never as far behind as this margin asks, so that all images are left out. */
    @ParameterizedTest
    @MethodSource("cases")
    void learntImagesChangeNothing(List<String> settings) {
        Configuration configuration = configuration(settings, "phases.nudge-margin=0");
        Learnt learnt = learn(configuration, all());
        List<Integer> right = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            if (margin(learnt.values().get(i), i % CLASSES, false) >= 0) {
                right.add(i);
            }
        }
        assertTrue(!right.isEmpty());
        Learnt alone = learn(configuration, right);
        List<float[]> start = learn(configuration(settings, "learning.rates=[0, 0, 0]"), all())
                .values();
        for (int a = 0; a < 2 * configuration.network().layers().size(); a++) {
            assertArrayEquals(start.get(IMAGES + a), alone.values().get(right.size() + a), "array " + a);
        }
        assertEquals(0, alone.steps().nudgeTaken());
        assertTrue(alone.steps().nudgeSaved() >= (long) right.size() * NUDGE);
    }
}

package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.equipoise.config.Algorithm;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.FeedForwardBackpropagation;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.Schedule;
import org.equipoise.dynamics.PhaseProgram;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.dynamics.SmallNetworks;
import org.equipoise.dynamics.StepCount;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Back-propagation through one pass. */
@Tag("kernels")
class FeedForwardTest {
    private static final Algorithm ONE_PASS = new FeedForwardBackpropagation();

    static long[] seeds() {
        return LongStream.range(500, 516).toArray();
    }

    private static NeuronSettings neuron(Activation activation) {
        return new NeuronSettings.Rate(Schedule.constant(1), activation);
    }

    private static int depth(NetworkSettings network) {
        return Topology.of(network).depth();
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void theGradientIsThatOfTheEquations(Activation activation) {
        for (NetworkSettings recurrent : SmallNetworks.all()) {
            NetworkSettings network = SmallNetworks.feedForward(recurrent);
            int depth = depth(network);
            BackpropagationCase given = BackpropagationGradientTest.randomCase(new RandomNetworks(8), true, network);
            UnrolledReference reference = given.reference();
            BackpropagationGradientTest.assertNear(
                    given,
                    i -> reference.rateGradient(
                            given.image(i), given.target(i), depth, Backpropagation.ALL, 1, activation),
                    given.gradient(neuron(activation), depth, ONE_PASS));
        }
    }

    private static BackpropagationCase randomCase(long seed) {
        RandomNetworks random = new RandomNetworks(seed);
        NetworkSettings network = seed % 2 == 0 ? random.networkWithMaxima() : random.networkWithReadout();
        return BackpropagationGradientTest.randomCase(random, false, SmallNetworks.feedForward(network));
    }

    private static Activation activation(long seed) {
        return Activation.values()[(int) (seed / 2 % Activation.values().length)];
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void asManyStepsAsLayersHaveTheSameGradient(long seed) {
        BackpropagationCase given = randomCase(seed);
        int depth = depth(given.network());
        List<float[]> expected = given.gradient(neuron(activation(seed)), depth, Backpropagation.USUAL);
        List<float[]> found = given.gradient(neuron(activation(seed)), depth, ONE_PASS);
        for (int i = 0; i < expected.size(); i++) {
            double difference = 0;
            double length = 0;
            for (int j = 0; j < found.get(i).length; j++) {
                difference += Math.pow(expected.get(i)[j] - found.get(i)[j], 2);
                length += Math.pow(expected.get(i)[j], 2);
            }
            assertTrue(difference <= 1e-10 * length, "array " + i + ": " + difference + " beside " + length);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void kernelsAndThreadsDoNotChangeABit(long seed) {
        BackpropagationCase given = randomCase(seed);
        NeuronSettings neuron = neuron(activation(seed));
        int depth = depth(given.network());
        List<float[]> expected = given.gradient(neuron, depth, ONE_PASS, Kernels.scalar(), 1);
        for (int threads = 1; threads <= 3; threads++) {
            List<float[]> found = given.gradient(
                    neuron, depth, ONE_PASS, KernelSelection.ofThisJvm().kernels(), threads);
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), found.get(i), threads + " threads, array " + i);
            }
        }
    }

    /** In as many steps as there are layers of neurons the network settles in what the pass came to. */
    @ParameterizedTest
    @MethodSource("seeds")
    void settlingComesToTheSameAnswers(long seed) {
        BackpropagationCase given = randomCase(seed);
        Topology topology = Topology.of(given.network());
        Configuration configuration = given.configuration(neuron(activation(seed)), topology.depth(), ONE_PASS);
        int images = given.images().length;
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(topology, ledger);
                Learner learner = Learner.open(configuration, parameters, kernels, workers, ledger)) {
            given.fill(parameters);
            parameters.derive(kernels, workers);
            given.fill(learner.image(), learner.target());
            float[][] answers = new float[images][topology.output().channels()];
            PhaseProgram program = PhaseProgram.of(configuration);
            learner.team().forEachTile(images, (settling, first, count) -> {
                settling.image().copyFrom(0, learner.image(), first, count);
                program.answer(settling, first, count, answers);
            });
            learner.learn(images, true, 0f);
            assertEquals(new StepCount(images, 0, 0, 0), learner.steps());
            for (int i = 0; i < images; i++) {
                for (int c = 0; c < answers[i].length; c++) {
                    assertEquals(learner.output().get(i, c), answers[i][c], 1e-5f, "image " + i + ", output " + c);
                }
            }
            List<MemoryPlan> predicted = new ArrayList<>(PredictedMemory.of(configuration, 2));
            predicted.add(Parameters.plan(topology));
            assertEquals(predicted.stream().mapToLong(MemoryPlan::totalBytes).sum(), ledger.peakBytes());
        }
        assertEquals(0, ledger.currentBytes());
    }

    private static Configuration read(String... overrides) {
        return ConfigurationReader.read("""
                network: {input: [1, 6, 6], layers: [{conv: 3, kernel: 3}, {linear: 4}, {linear: 3}], feedback: 0}
                neuron: {kind: rate}
                phases: {free: 3}
                learning: {algorithm: bp, rates: [1, 1, 1]}
                training: {batch: 2, epochs: 1}
                """, "text", List.of(overrides));
    }

    @Test
    void anImageTakesOnePass() {
        Configuration configuration = read();
        assertEquals(1, configuration.stepsPerExample());
        assertEquals(0, configuration.nudgeSteps());
        assertEquals(configuration, ConfigurationReader.read(configuration.toYaml(), "written", List.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            network.feedback=0.5 | network.feedback is 0.5
            neuron.epsilon=0.5 | neuron {kind: rate, epsilon: 1} was expected
            phases.free=2 | come through 3 layers of neurons when the network is tested
            phases.average=2 | phases.average is 2
            training.particles=memory | particles: none was expected
            """)
    void whatDoesNotFitIsRefused(String override, String complaint) {
        assertComplaint(complaint, override);
    }

    private static void assertComplaint(String complaint, String... overrides) {
        BadInputException e = assertThrows(BadInputException.class, () -> read(overrides));
        assertTrue(String.valueOf(e.getMessage()).contains(complaint), e.getMessage());
    }

    @Test
    void withoutFeedbackThereIsNothingToLearnFromNudges() {
        List<String> phases = List.of("phases.nudge=5", "phases.beta=0.5");
        assertComplaint(
                "network.feedback is 0 and learning.algorithm is ep",
                "learning.algorithm=ep",
                phases.get(0),
                phases.get(1));
        read("learning.algorithm=bptt");
        read(
                "learning={algorithm: ep, readout: softmax, loss: cross-entropy, rates: [1, 1]}",
                "network.layers=[{linear: 4}, {linear: 3}]",
                phases.get(0),
                phases.get(1));
    }
}

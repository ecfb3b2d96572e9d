package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.equipoise.config.Algorithm;
import org.equipoise.config.Configuration;
import org.equipoise.config.LearningSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.NeuronSettings.ImageCoding;
import org.equipoise.config.OptimiserSettings;
import org.equipoise.config.PhaseSettings;
import org.equipoise.config.PhaseSettings.Errors;
import org.equipoise.config.PhaseSettings.Scheme;
import org.equipoise.config.RateSchedule;
import org.equipoise.config.Schedule;
import org.equipoise.config.SettleCriterion;
import org.equipoise.config.TrainingSettings;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Learning has the same bits with scalar code and one thread as with vectors of any width and several threads. */
@Tag("kernels")
class TwinLearningTest {
    private static final int BATCHES = 3;

    static long[] seeds() {
        return LongStream.range(100, 132).toArray();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void kernelsAndThreadsDoNotChangeABit(long seed) {
        compare(seed, false, Errors.FED_BACK);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void kernelsAndThreadsDoNotChangeABitWhereErrorsAreAmplified(long seed) {
        compare(seed, seed % 2 == 0, Errors.AMPLIFIED);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void kernelsAndThreadsDoNotChangeABitOfNetworksWithMaximumPooling(long seed) {
        compare(seed, true, Errors.FED_BACK);
    }

    private static void compare(long seed, boolean maxima, Errors errors) {
        List<float[]> expected = learn(seed, maxima, errors, Kernels.scalar(), 1);
        Kernels chosen = KernelSelection.ofThisJvm().kernels();
        // Scalar code on one thread is what is compared with.
        for (int threads = chosen.vectorBits() == 0 ? 2 : 1; threads <= 3; threads++) {
            List<float[]> found = learn(seed, maxima, errors, chosen, threads);
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), found.get(i), threads + " threads, array " + i);
            }
        }
    }

    private static List<float[]> learn(long seed, boolean maxima, Errors errors, Kernels kernels, int threads) {
        RandomNetworks random = new RandomNetworks(seed);
        NetworkSettings network = maxima
                ? random.networkWithMaxima()
                : random.between(0, 1) == 0 ? random.network() : random.networkWithReadout();
        Configuration configuration = configuration(random, network, errors);
        Topology topology = Topology.of(network);
        Ledger ledger = Ledger.unlimited();
        List<float[]> results = new ArrayList<>();
        try (Workers workers = new Workers(threads);
                Parameters parameters = Parameters.open(configuration, ledger);
                EquilibriumPropagation learner = ledger.open(
                        memory -> new EquilibriumPropagation(memory, configuration, parameters, kernels, workers))) {
            List<MemoryPlan> predicted = new ArrayList<>(PredictedMemory.of(configuration, threads));
            predicted.addAll(MemoryScope.count(memory -> Parameters.in(memory, configuration)));
            random.fillFreely(parameters);
            parameters.derive(kernels, workers);
            for (int batch = 0; batch < BATCHES; batch++) {
                int images = random.between(1, configuration.training().batch());
                fillBatch(random, learner.states(), network, images);
                learner.learn(images, random.between(0, 1) == 0, 0.75f);
                results.add(learner.states().output().segment().toArray(ValueLayout.JAVA_FLOAT));
            }
            for (int l = 0; l < topology.connections().size(); l++) {
                results.add(parameters.weights(l));
                results.add(parameters.biases(l));
            }
            assertEquals(
                    predicted.stream().mapToLong(MemoryPlan::totalBytes).sum(),
                    ledger.peakBytes(),
                    "what was predicted is what was held");
        }
        assertEquals(0, ledger.currentBytes(), "all memory is given back");
        return results;
    }

    private static Configuration configuration(RandomNetworks random, NetworkSettings network, Errors errors) {
        NeuronSettings neuron = switch (random.between(0, 4)) {
            case 0 -> new NeuronSettings.Rate(Schedule.constant(0.3), Activation.CLIP);
            case 1 -> new NeuronSettings.Rate(Schedule.constant(1), Activation.SIGMOID);
            case 2 -> new NeuronSettings.SigmaDelta(new Schedule(0.843, 0.0923), new Schedule(0.832, 0.584), 0.5f);
            default ->
                new NeuronSettings.SigmaDelta(
                        Schedule.constant(0.2),
                        Schedule.constant(0.6),
                        0.5f,
                        errors == Errors.AMPLIFIED ? ImageCoding.CURRENT : ImageCoding.SPIKES);
        };
        Scheme scheme = Scheme.values()[random.between(0, 2)];
        OptimiserSettings optimiser = switch (random.between(0, 2)) {
            case 0 -> new OptimiserSettings.Sgd(0f);
            case 1 -> new OptimiserSettings.Sgd(0.9f);
            default -> OptimiserSettings.Adam.DEFAULT;
        };
        SettleCriterion settle = random.between(0, 1) == 0 ? null : new SettleCriterion(0.04, 2);
        List<Float> rates = network.layers().stream().map(layer -> 0.05f).toList();
        return new Configuration(
                network,
                neuron,
                new PhaseSettings(9, 4, 0.7f, scheme).settling(settle).withErrors(errors),
                new LearningSettings(
                        rates, optimiser, 0.01f, new RateSchedule.Constant(), new Algorithm.EquilibriumPropagation()),
                new TrainingSettings(random.between(1, RandomNetworks.large(network) ? 6 : 20), 1, 0));
    }

    private static void fillBatch(RandomNetworks random, BatchStates states, NetworkSettings network, int images) {
        states.target().clear(images);
        for (int image = 0; image < images; image++) {
            float[] pixels = random.image(network.input().size());
            for (int i = 0; i < pixels.length; i++) {
                states.image().set(image, i, pixels[i]);
            }
            states.target().set(image, random.between(0, network.classes() - 1), 1f);
        }
    }
}

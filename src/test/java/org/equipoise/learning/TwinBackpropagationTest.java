package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.Reset;
import org.equipoise.config.Algorithm.Tape;
import org.equipoise.config.Configuration;
import org.equipoise.config.LearningSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.OptimiserSettings;
import org.equipoise.config.PhaseSettings;
import org.equipoise.config.PhaseSettings.Scheme;
import org.equipoise.config.RateSchedule;
import org.equipoise.config.Schedule;
import org.equipoise.config.TrainingSettings;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.Surrogate;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Back-propagation has the same bits with scalar code and one thread as with vectors of any width and several threads, and from a
 * full tape as from checkpoints; and holds the memory that was predicted.
 */
@Tag("kernels")
class TwinBackpropagationTest {
    private static final int BATCHES = 2;

    static long[] seeds() {
        return LongStream.range(400, 420).toArray();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void kernelsThreadsAndTapeDoNotChangeABit(long seed) {
        List<float[]> expected = learn(seed, Kernels.scalar(), 1, Tape.FULL);
        Kernels chosen = KernelSelection.ofThisJvm().kernels();
        for (int threads = 1; threads <= 3; threads++) {
            for (Tape tape : Tape.values()) {
                List<float[]> found = learn(seed, chosen, threads, tape);
                for (int i = 0; i < expected.size(); i++) {
                    assertArrayEquals(expected.get(i), found.get(i), threads + " threads, " + tape + ", array " + i);
                }
            }
        }
    }

    private static List<float[]> learn(long seed, Kernels kernels, int threads, Tape tape) {
        RandomNetworks random = new RandomNetworks(seed);
        NetworkSettings network = switch ((int) (seed % 4)) {
            case 0 -> random.networkWithReadout();
            case 1 -> random.networkWithMaxima();
            default -> random.network();
        };
        Configuration configuration = configuration(random, network, tape);
        Topology topology = Topology.of(network);
        Ledger ledger = Ledger.unlimited();
        List<float[]> results = new ArrayList<>();
        try (Workers workers = new Workers(threads);
                Parameters parameters = Parameters.open(topology, ledger);
                Learner learner = Learner.open(configuration, parameters, kernels, workers, ledger)) {
            List<MemoryPlan> predicted = new ArrayList<>(PredictedMemory.of(configuration, threads));
            predicted.add(Parameters.plan(topology));
            random.fillFreely(parameters);
            parameters.derive(kernels, workers);
            for (int batch = 0; batch < BATCHES; batch++) {
                int images = random.between(1, configuration.training().batch());
                learner.target().clear(images);
                for (int image = 0; image < images; image++) {
                    float[] pixels = random.image(network.input().size());
                    for (int i = 0; i < pixels.length; i++) {
                        learner.image().set(image, i, pixels[i]);
                    }
                    learner.target().set(image, random.between(0, network.classes() - 1), 1f);
                }
                learner.learn(images, true, 0.75f);
                results.add(learner.output().segment().toArray(ValueLayout.JAVA_FLOAT));
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

    private static Configuration configuration(RandomNetworks random, NetworkSettings network, Tape tape) {
        NeuronSettings neuron = switch (random.between(0, 5)) {
            case 0 -> new NeuronSettings.Rate(Schedule.constant(0.3), Activation.CLIP);
            case 1 -> new NeuronSettings.Rate(new Schedule(0.9, 0.2), Activation.HALF_CLIP);
            case 2 -> new NeuronSettings.Rate(Schedule.constant(1), Activation.SIGMOID);
            case 3 -> new NeuronSettings.SigmaDelta(new Schedule(0.843, 0.0923), new Schedule(0.832, 0.584), 0.5f);
            default -> new NeuronSettings.SigmaDelta(Schedule.constant(0.2), Schedule.constant(0.6), 0.5f);
        };
        Surrogate surrogate = switch (random.between(0, 2)) {
            case 0 -> new Surrogate.Rectangular(0.5f);
            case 1 -> new Surrogate.FastSigmoid(0.25f);
            default -> new Surrogate.Identity();
        };
        // A rectangular surrogate takes so little that only many steps have checkpoints; in a large network they would
        // take minutes.
        boolean many = surrogate instanceof Surrogate.Rectangular
                && random.between(0, 1) == 0
                && !RandomNetworks.large(network);
        int steps = many ? 240 : random.between(1, 30);
        int truncate = random.between(0, 2) == 0 ? random.between(1, steps) : Backpropagation.ALL;
        Reset reset = Reset.values()[random.between(0, 1)];
        List<Float> rates = network.layers().stream().map(layer -> 0.05f).toList();
        return new Configuration(
                network,
                neuron,
                new PhaseSettings(steps, 1, 1f, Scheme.SYMMETRIC),
                new LearningSettings(
                        rates,
                        new OptimiserSettings.Sgd(0.9f),
                        0.01f,
                        new RateSchedule.Constant(),
                        new Backpropagation(truncate, tape, surrogate, reset)),
                new TrainingSettings(random.between(1, 12), 1, 0));
    }
}

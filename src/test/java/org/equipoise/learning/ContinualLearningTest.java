package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.equipoise.config.Algorithm;
import org.equipoise.config.Algorithm.UpdateTime;
import org.equipoise.config.Configuration;
import org.equipoise.config.LayerSettings;
import org.equipoise.config.LearningSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.NeuronSettings.Nudging;
import org.equipoise.config.OptimiserSettings;
import org.equipoise.config.PhaseSettings;
import org.equipoise.config.PhaseSettings.Scheme;
import org.equipoise.config.RateSchedule;
import org.equipoise.config.Schedule;
import org.equipoise.config.TrainingSettings;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.dynamics.Settling;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights that move in every step of the nudge phase. */
@Tag("kernels")
class ContinualLearningTest {
    private static final NeuronSettings RATE =
            new NeuronSettings.Rate(Schedule.constant(0.6), Activation.CLIP, Nudging.OUTSIDE);
    private static final NeuronSettings SPIKING =
            new NeuronSettings.SigmaDelta(Schedule.constant(0.3), Schedule.constant(0.6), 0.5f);
    private static final NeuronSettings LIF = new NeuronSettings.Lif(0.05f, 0.8f, 0.2f);
    private static final Algorithm CEP = new Algorithm.ContinualEquilibriumPropagation();
    private static final Algorithm EQSPIKE = new Algorithm.EqSpike(UpdateTime.PHASE_END);
    private static final Algorithm RESTLESS_EQSPIKE = new Algorithm.EqSpike(UpdateTime.EVERY_STEP);
    private static final Algorithm EP = new Algorithm.EquilibriumPropagation();

    static long[] seeds() {
        return LongStream.range(300, 318).toArray();
    }

    private static Configuration configuration(
            NetworkSettings network, NeuronSettings neuron, Algorithm algorithm, int nudge, float rate, int batch) {
        return new Configuration(
                network,
                neuron,
                new PhaseSettings(9, nudge, 0.7f, Scheme.RANDOM_SIGN),
                new LearningSettings(
                        network.layers().stream().map(layer -> rate).toList(),
                        new OptimiserSettings.Sgd(0f),
                        0f,
                        new RateSchedule.Constant(),
                        algorithm),
                new TrainingSettings(batch, 1, 0));
    }

    /** Learns from some batches and gives back all parameters and outputs. */
    private static List<float[]> learn(
            long seed, Configuration configuration, Kernels kernels, int threads, int batches) {
        RandomNetworks random = new RandomNetworks(seed);
        Topology topology = Topology.of(configuration.network());
        Ledger ledger = Ledger.unlimited();
        List<float[]> results = new ArrayList<>();
        try (Workers workers = new Workers(threads);
                Parameters parameters = Parameters.open(topology, ledger);
                Learner learner = Learner.open(configuration, parameters, kernels, workers, ledger)) {
            random.fillFreely(parameters);
            parameters.derive(kernels, workers);
            for (int batch = 0; batch < batches; batch++) {
                int images = random.between(1, configuration.training().batch());
                fill(random, learner.image(), learner.target(), images);
                learner.learn(images, random.between(0, 1) == 0, 0.75f);
                for (int image = 0; image < images; image++) {
                    results.add(new float[] {learner.output().get(image, 0)});
                }
            }
            for (int l = 0; l < topology.connections().size(); l++) {
                results.add(parameters.weights(l));
                results.add(parameters.biases(l));
            }
            assertEquals(
                    PredictedMemory.of(configuration, threads).stream()
                                    .mapToLong(MemoryPlan::totalBytes)
                                    .sum()
                            + Parameters.plan(topology).totalBytes(),
                    ledger.peakBytes(),
                    "what was predicted is what was held");
            assertEquals(
                    learner.steps().freeTaken() / 9,
                    learner.steps().nudgeTaken() / configuration.phases().nudge());
        }
        assertEquals(0, ledger.currentBytes(), "all memory is given back");
        return results;
    }

    private static void fill(RandomNetworks random, FloatTensor image, FloatTensor target, int images) {
        target.clear(images);
        for (int i = 0; i < images; i++) {
            float[] pixels = random.image(image.layout().neurons());
            for (int n = 0; n < pixels.length; n++) {
                image.set(i, n, pixels[n]);
            }
            target.set(i, random.between(0, target.layout().channels() - 1), 1f);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void kernelsAndThreadsDoNotChangeABit(long seed) {
        RandomNetworks random = new RandomNetworks(seed);
        boolean spikes = seed % 3 == 0;
        NetworkSettings network = spikes
                ? random.network()
                : random.between(0, 1) == 0 ? random.networkWithMaxima() : random.networkWithReadout();
        NeuronSettings neuron = spikes ? LIF : seed % 3 == 1 ? RATE : SPIKING;
        Algorithm algorithm = spikes ? seed % 2 == 0 ? EQSPIKE : RESTLESS_EQSPIKE : CEP;
        // So large a batch that tiles outnumber threads now and then.
        int batch = random.between(0, 5) == 0 ? 70 : random.between(1, 20);
        Configuration configuration = configuration(network, neuron, algorithm, 4, 0.02f, batch);
        List<float[]> expected = learn(seed, configuration, Kernels.scalar(), 1, 2);
        Kernels chosen = KernelSelection.ofThisJvm().kernels();
        // Scalar code on one thread is what is compared with.
        for (int threads = chosen.vectorBits() == 0 ? 2 : 1; threads <= 3; threads++) {
            List<float[]> found = learn(seed, configuration, chosen, threads, 2);
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), found.get(i), threads + " threads, array " + i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void slowLearningIsThatOfEquilibriumPropagation(long seed) {
        NetworkSettings network = new RandomNetworks(seed).network();
        float rate = 1f / 32768;
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        List<float[]> start = learn(seed, configuration(network, RATE, EP, 5, 0f, 7), kernels, 1, 1);
        List<float[]> whole = learn(seed, configuration(network, RATE, EP, 5, rate, 7), kernels, 1, 1);
        List<float[]> continual = learn(seed, configuration(network, RATE, CEP, 5, rate, 7), kernels, 1, 1);
        for (int i = 0; i < start.size(); i++) {
            double largest = 0;
            for (int j = 0; j < start.get(i).length; j++) {
                largest = Math.max(largest, Math.abs(whole.get(i)[j] - start.get(i)[j]));
            }
            for (int j = 0; j < start.get(i).length; j++) {
                double expected = whole.get(i)[j] - start.get(i)[j];
                assertEquals(expected, continual.get(i)[j] - start.get(i)[j], 0.03 * largest + 3e-7, i + " " + j);
            }
        }
    }

    @Test
    void fastLearningIsNot() {
        NetworkSettings network = new RandomNetworks(301).network();
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        List<float[]> whole = learn(301, configuration(network, RATE, EP, 5, 0.5f, 7), kernels, 1, 1);
        List<float[]> continual = learn(301, configuration(network, RATE, CEP, 5, 0.5f, 7), kernels, 1, 1);
        double difference = 0;
        for (int i = 0; i < whole.size(); i++) {
            for (int j = 0; j < whole.get(i).length; j++) {
                difference = Math.max(
                        difference, Math.abs(whole.get(i)[j] - continual.get(i)[j]));
            }
        }
        assertTrue(difference > 1e-4, "weights that moved in the phase change what comes of it: " + difference);
    }

    /** One step, whose change of weights is computed literally from the spikes and filters of a network that makes the same steps. */
    @ParameterizedTest
    @MethodSource("seeds")
    void spikesTriggerWhatTheyShould(long seed) {
        RandomNetworks random = new RandomNetworks(seed);
        NetworkSettings conv = random.network();
        NetworkSettings network = new NetworkSettings(
                conv.input(),
                List.of(
                        new LayerSettings.Linear(random.between(1, 40)),
                        new LayerSettings.Linear(random.between(1, 12))),
                conv.upsampling(),
                1f,
                NetworkSettings.Readout.STATE,
                null);
        Topology topology = Topology.of(network);
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        Configuration configuration = configuration(network, LIF, EQSPIKE, 1, 0.5f, 3);
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(1);
                Parameters parameters = Parameters.open(topology, ledger);
                Learner learner = Learner.open(configuration, parameters, kernels, workers, ledger);
                Settling settling = Settling.open(LIF, null, parameters, kernels, ledger, "literal", 3, false)) {
            random.fillFreely(parameters);
            parameters.derive(kernels, workers);
            fill(random, learner.image(), learner.target(), 3);
            settling.image().copyFrom(0, learner.image(), 0, 3);
            settling.target().copyFrom(0, learner.target(), 0, 3);
            settling.begin(3);
            settling.free(9);
            settling.nudge(-0.7f, 1);
            Settling lif = settling;
            List<float[]> before = List.of(parameters.weights(0), parameters.weights(1), parameters.biases(1));
            learner.learn(3, false, 1f);
            double scale = 0.5 / (-0.7 * 3);
            for (int l = 1; l <= 2; l++) {
                int inputs = topology.layout(l - 1).neurons();
                float[] weights = parameters.weights(l - 1);
                for (int post = 0; post < topology.layout(l).channels(); post++) {
                    for (int pre = 0; pre < inputs; pre += 1 + inputs / 50) {
                        double change = 0;
                        for (int image = 0; image < 3; image++) {
                            int place = place(topology, l - 1, pre);
                            change += rateChange(lif, l, image, post) * spike(lif, l - 1, image, place)
                                    + spike(lif, l, image, post) * rateChange(lif, l - 1, image, place);
                        }
                        double expected = before.get(l - 1)[post * inputs + pre] + scale * change;
                        assertEquals(expected, weights[post * inputs + pre], 1e-6);
                    }
                }
            }
            for (int post = 0; post < topology.layout(2).channels(); post++) {
                double change = 0;
                for (int image = 0; image < 3; image++) {
                    change += rateChange(lif, 2, image, post);
                }
                assertEquals(before.get(2)[post] + scale * change, parameters.biases(1)[post], 1e-6);
            }
        }
    }

    /** Inputs of a linear layer are counted channel by channel, neurons of an image position by position. */
    private static int place(Topology topology, int layer, int input) {
        int positions = topology.layout(layer).positions();
        return topology.layout(layer).index(input % positions, input / positions);
    }

    private static FloatTensor variable(Settling lif, int layer, String name) {
        return (FloatTensor) lif.variables(layer).get(name);
    }

    private static double spike(Settling lif, int layer, int image, int neuron) {
        return Objects.requireNonNull(lif.spikes(layer)).get(image, neuron) ? 1 : 0;
    }

    private static double rateChange(Settling lif, int layer, int image, int neuron) {
        return layer == 0
                ? 0
                : 0.2
                        * (variable(lif, layer, "s").get(image, neuron)
                                - variable(lif, layer, "slow").get(image, neuron));
    }
}

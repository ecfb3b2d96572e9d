package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.Reset;
import org.equipoise.config.Algorithm.Tape;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NetworkSettings.Readout;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.Schedule;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.Surrogate;
import org.equipoise.learning.UnrolledReference.Gradient;
import org.equipoise.learning.UnrolledReference.Spiking;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Back-propagation finds the gradient: against finite differences and against the equations in double precision. */
class BackpropagationGradientTest {
    private static final int STEPS = 12;
    private static final int ALL = Backpropagation.ALL;
    private static final Surrogate RECTANGULAR = new Surrogate.Rectangular(0.5f);

    /** Networks whose outputs are all clipped, so that no gradient passes. */
    private static final Set<Long> SILENT = Set.of(300L, 309L, 312L, 316L);

    private static final Set<Long> SILENT_WITH_MAXIMA = Set.of(320L, 321L);

    static long[] seeds() {
        return LongStream.range(300, 324).filter(seed -> !SILENT.contains(seed)).toArray();
    }

    static long[] seedsWithMaxima() {
        return LongStream.of(seeds())
                .filter(seed -> !SILENT_WITH_MAXIMA.contains(seed))
                .toArray();
    }

    private static Backpropagation settings(int truncate, Surrogate surrogate, Reset reset) {
        return new Backpropagation(truncate, Tape.FULL, surrogate, reset);
    }

    private static NetworkSettings smallNetwork(String pooling, String higher, Readout readout) {
        return smallNetwork(pooling, higher, readout, 1f);
    }

    private static NetworkSettings smallNetwork(String pooling, String higher, Readout readout, float feedback) {
        NetworkSettings network = ConfigurationReader.read("""
                        network:
                          input: [2, 8, 7]
                          layers: [{conv: 3, kernel: 3, pool: %s}, {conv: 2, kernel: 2, pad: 1, pool: %s}, {linear: 4}, {linear: 3}]
                          upsampling: 0.7
                        """.formatted(pooling, higher), "test", List.of())
                .network();
        return new NetworkSettings(network.input(), network.layers(), network.upsampling(), feedback, readout, null);
    }

    private static BackpropagationCase randomCase(long seed, boolean onGrid, NetworkSettings given) {
        RandomNetworks random = new RandomNetworks(seed);
        NetworkSettings network = given == null ? random.network() : given;
        return randomCase(random, onGrid, network);
    }

    private static BackpropagationCase randomCaseWithReadout(long seed, boolean onGrid) {
        RandomNetworks random = new RandomNetworks(seed);
        return randomCase(random, onGrid, random.networkWithReadout());
    }

    private static BackpropagationCase randomCaseWithMaxima(long seed, boolean onGrid) {
        RandomNetworks random = new RandomNetworks(seed);
        return randomCase(random, onGrid, random.networkWithMaxima());
    }

    static BackpropagationCase randomCase(RandomNetworks random, boolean onGrid, NetworkSettings network) {
        Topology topology = Topology.of(network);
        float[][] weights = new float[topology.connections().size()][];
        float[][] biases = new float[topology.connections().size()][];
        try (Parameters parameters = Parameters.open(topology, Ledger.unlimited())) {
            if (onGrid) {
                random.fillOnGrid(parameters);
            } else {
                random.fillFreely(parameters);
            }
            for (int l = 0; l < weights.length; l++) {
                weights[l] = parameters.weights(l);
                biases[l] = parameters.biases(l);
            }
        }
        int images = random.between(1, 3);
        float[][] pixels = new float[images][];
        float[][] targets = new float[images][network.classes()];
        for (int i = 0; i < images; i++) {
            pixels[i] = random.image(network.input().size());
            targets[i][random.between(0, network.classes() - 1)] = 1f;
        }
        return new BackpropagationCase(network, weights, biases, pixels, targets);
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void theReferenceMatchesFiniteDifferences(Activation activation) {
        assertFiniteDifferences(5, activation, smallNetwork("avg2", "none", Readout.STATE));
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void theReferenceOfTheCrossEntropyMatchesFiniteDifferences(Activation activation) {
        assertFiniteDifferences(5, activation, smallNetwork("avg2", "none", Readout.SOFTMAX));
    }

    /** With a network none of whose maxima changes its place within the differences. */
    @ParameterizedTest
    @EnumSource(Activation.class)
    void theReferenceOfMaximumPoolingMatchesFiniteDifferences(Activation activation) {
        assertFiniteDifferences(6, activation, smallNetwork("max2", "max2", Readout.STATE));
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void theReferenceWithoutFeedbackMatchesFiniteDifferences(Activation activation) {
        assertFiniteDifferences(5, activation, smallNetwork("avg2", "none", Readout.STATE, 0f));
        assertFiniteDifferences(5, activation, smallNetwork("avg2", "none", Readout.SOFTMAX, 0f));
        assertFiniteDifferences(6, activation, smallNetwork("max2", "max2", Readout.STATE, 0f));
    }

    private static void assertFiniteDifferences(long seed, Activation activation, NetworkSettings network) {
        BackpropagationCase given = randomCase(seed, false, network);
        UnrolledReference reference = given.reference();
        double[] image = given.image(0);
        double[] y = given.target(0);
        double epsilon = activation == Activation.CLIP ? 0.3 : 0.8;
        Gradient gradient = reference.rateGradient(image, y, STEPS, ALL, epsilon, activation);
        for (int l = 0; l < reference.weights.length; l++) {
            double[][] values = {reference.weights[l], reference.biases[l]};
            double[][] found = {gradient.weights()[l], gradient.biases()[l]};
            for (int part = 0; part < 2; part++) {
                double[] differences = new double[values[part].length];
                for (int i = 0; i < differences.length; i++) {
                    double value = values[part][i];
                    values[part][i] = value + 1e-6;
                    double above = reference.rateLoss(image, y, STEPS, epsilon, activation);
                    values[part][i] = value - 1e-6;
                    double below = reference.rateLoss(image, y, STEPS, epsilon, activation);
                    values[part][i] = value;
                    differences[i] = (above - below) / 2e-6;
                }
                double error = relativeError(differences, found[part]);
                assertTrue(error < 1e-6, activation + ", layer " + l + ", part " + part + ": " + error);
            }
        }
    }

    private static double norm(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    private static double relativeError(double[] expected, double[] found) {
        double[] difference = new double[expected.length];
        for (int i = 0; i < expected.length; i++) {
            difference[i] = found[i] - expected[i];
        }
        double norm = norm(expected);
        return norm == 0 ? norm(difference) : norm(difference) / norm;
    }

    /** Arrays whose own norm is negligible beside that of the whole gradient are held to the whole. */
    static void assertNear(BackpropagationCase given, IntFunction<Gradient> expected, List<float[]> found) {
        List<double[]> mean = new ArrayList<>();
        for (int i = 0; i < given.images().length; i++) {
            Gradient one = expected.apply(i);
            for (int l = 0; l < one.weights().length; l++) {
                addMean(mean, 2 * l, one.weights()[l], given.images().length);
                addMean(mean, 2 * l + 1, one.biases()[l], given.images().length);
            }
        }
        double whole = Math.sqrt(
                mean.stream().mapToDouble(array -> norm(array) * norm(array)).sum());
        assertTrue(whole > 1e-4, "a gradient of nothing, " + whole + ", would show nothing");
        for (int a = 0; a < mean.size(); a++) {
            double[] array = new double[found.get(a).length];
            for (int i = 0; i < array.length; i++) {
                array[i] = found.get(a)[i];
            }
            assertEquals(mean.get(a).length, array.length);
            double[] difference = new double[array.length];
            for (int i = 0; i < array.length; i++) {
                difference[i] = array[i] - mean.get(a)[i];
            }
            double bound = 1e-3 * Math.max(norm(mean.get(a)), 1e-3 * whole);
            assertTrue(
                    norm(difference) <= bound,
                    "array " + a + " of " + given.network() + ": " + norm(difference) + " is above " + bound);
        }
    }

    private static void addMean(List<double[]> mean, int index, double[] values, int images) {
        if (mean.size() <= index) {
            mean.add(new double[values.length]);
        }
        for (int i = 0; i < values.length; i++) {
            mean.get(index)[i] += values[i] / images;
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void rateNetworks(long seed) {
        assertRateGradient(seed, randomCase(seed, false, null));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void rateNetworksWithAReadout(long seed) {
        assertRateGradient(seed, randomCaseWithReadout(seed, false));
    }

    @ParameterizedTest
    @MethodSource("seedsWithMaxima")
    void rateNetworksWithMaximumPooling(long seed) {
        assertRateGradient(seed, randomCaseWithMaxima(seed, false));
    }

    private static void assertRateGradient(long seed, BackpropagationCase given) {
        Activation activation = Activation.values()[(int) (seed % Activation.values().length)];
        float epsilon = seed % 3 == 0 ? 1f : 0.25f;
        int truncate = seed % 5 == 0 ? 4 : ALL;
        UnrolledReference reference = given.reference();
        assertNear(
                given,
                i -> reference.rateGradient(given.image(i), given.target(i), STEPS, truncate, epsilon, activation),
                given.gradient(
                        new NeuronSettings.Rate(Schedule.constant(epsilon), activation),
                        STEPS,
                        settings(truncate, RECTANGULAR, Reset.ATTACHED)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void spikingNetworks(long seed) {
        assertSpikingGradient(seed, randomCase(seed, true, null));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void spikingNetworksWithAReadout(long seed) {
        assertSpikingGradient(seed, randomCaseWithReadout(seed, true));
    }

    @ParameterizedTest
    @MethodSource("seedsWithMaxima")
    void spikingNetworksWithMaximumPooling(long seed) {
        assertSpikingGradient(seed, randomCaseWithMaxima(seed, true));
    }

    private static void assertSpikingGradient(long seed, BackpropagationCase given) {
        List<Surrogate> surrogates = List.of(
                RECTANGULAR,
                new Surrogate.FastSigmoid(0.3f),
                new Surrogate.Identity(),
                new Surrogate.Rectangular(0.9f));
        Surrogate surrogate = surrogates.get((int) (seed % surrogates.size()));
        Reset reset = seed % 3 == 0 ? Reset.DETACHED : Reset.ATTACHED;
        int truncate = seed % 5 == 0 ? 4 : ALL;
        UnrolledReference reference = given.reference();
        assertNear(
                given,
                i -> reference.spikingGradient(
                        reference.runSpiking(given.image(i), STEPS, 0.6f, 0.3f, 0.5f),
                        given.target(i),
                        truncate,
                        0.6f,
                        0.3f,
                        0.5f,
                        surrogate,
                        reset == Reset.ATTACHED),
                given.gradient(
                        new NeuronSettings.SigmaDelta(Schedule.constant(0.3), Schedule.constant(0.6), 0.5f),
                        STEPS,
                        settings(truncate, surrogate, reset)));
    }

    /** With an identity surrogate everywhere the way back is that of the rate network. */
    @ParameterizedTest
    @MethodSource("seeds")
    void theIdentityTurnsSpikingNeuronsIntoRateNeurons(long seed) {
        BackpropagationCase given = randomCase(seed, true, null);
        UnrolledReference reference = given.reference();
        assertNear(
                given,
                i -> {
                    Spiking run = reference.runSpiking(given.image(i), STEPS, 0.6f, 0.3f, 0.5f);
                    return reference.rateGradientOf(run, given.target(i), 0.6f, 0.3f);
                },
                given.gradient(
                        new NeuronSettings.SigmaDelta(Schedule.constant(0.3), Schedule.constant(0.6), 0.5f),
                        STEPS,
                        settings(ALL, new Surrogate.Identity(), Reset.ATTACHED)));
    }
}

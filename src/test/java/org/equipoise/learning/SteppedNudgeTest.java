package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import org.equipoise.config.Algorithm;
import org.equipoise.config.Configuration;
import org.equipoise.config.LearningSettings;
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
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Initialiser;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Phases that advance side by side, step by step, end where phases one after the other do. */
class SteppedNudgeTest {
    private static final int IMAGES = 7;
    private static final int FREE = 9;
    private static final int NUDGE = 5;

    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();

    static long[] seeds() {
        return LongStream.range(900, 912).toArray();
    }

    private static Configuration configuration(long seed, RandomNetworks random) {
        var network = random.networkWithMaxima();
        List<Float> rates = network.layers().stream().map(layer -> 0.5f).toList();
        return new Configuration(
                network,
                seed % 2 == 0
                        ? new NeuronSettings.SigmaDelta(new Schedule(0.6, 0.3), Schedule.constant(0.6), 0.5f)
                        : new NeuronSettings.Rate(Schedule.constant(0.3), Activation.CLIP),
                new PhaseSettings(FREE, NUDGE, 0.7f, seed % 3 == 0 ? Scheme.ONE_SIDED : Scheme.SYMMETRIC),
                new LearningSettings(
                        rates,
                        new OptimiserSettings.Sgd(0f),
                        0f,
                        new RateSchedule.Constant(),
                        new Algorithm.EquilibriumPropagation()),
                new TrainingSettings(IMAGES, 1, 0));
    }

    private static void fill(FloatTensor image, FloatTensor target, long seed) {
        RandomNetworks random = new RandomNetworks(seed);
        for (int i = 0; i < IMAGES; i++) {
            float[] pixels = random.image(image.layout().neurons());
            for (int n = 0; n < pixels.length; n++) {
                image.set(i, n, pixels[n]);
            }
            target.set(i, i % target.layout().channels(), 1f);
        }
    }

    /** The parameters after one update by the phases one after the other. */
    private float[][] learnt(Configuration configuration, long seed) {
        Topology topology = Topology.of(configuration.network());
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(2);
                Parameters parameters = parameters(topology, workers, ledger, seed);
                EquilibriumPropagation learner = ledger.open(
                        memory -> new EquilibriumPropagation(memory, configuration, parameters, kernels, workers))) {
            fill(learner.image(), learner.target(), seed);
            learner.learn(IMAGES, true, 1f);
            return values(parameters);
        }
    }

    private Parameters parameters(Topology topology, Workers workers, Ledger ledger, long seed) {
        Parameters parameters = Parameters.open(topology, ledger);
        new RandomNetworks(seed).fillFreely(parameters);
        parameters.derive(kernels, workers);
        return parameters;
    }

    private static float[][] values(Parameters parameters) {
        int layers = parameters.topology().connections().size();
        float[][] values = new float[2 * layers][];
        for (int l = 0; l < layers; l++) {
            values[2 * l] = parameters.weights(l);
            values[2 * l + 1] = parameters.biases(l);
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theLastContrastIsWhatLearningUses(long seed) {
        Configuration configuration = configuration(seed, new RandomNetworks(seed));
        Topology topology = Topology.of(configuration.network());
        int threads = 1 + (int) (seed % 5);
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(threads);
                Parameters parameters = parameters(topology, workers, ledger, seed);
                SteppedNudge stepped =
                        ledger.open(memory -> new SteppedNudge(memory, configuration, parameters, kernels, workers));
                Optimiser optimiser =
                        ledger.open(memory -> Optimiser.in(memory, configuration, parameters, kernels, workers))) {
            long predicted = MemoryScope.count(memory -> new SteppedNudge(
                            memory, configuration, Parameters.in(memory, topology), Kernels.scalar(), workers))
                    .stream()
                    .mapToLong(MemoryPlan::totalBytes)
                    .sum();
            assertEquals(predicted, ledger.peakBytes());
            fill(stepped.image(), stepped.target(), seed);
            stepped.settle();
            if (configuration.neuron() instanceof NeuronSettings.Rate) {
                stepped.movement();
            }
            for (int step = 0; step < NUDGE; step++) {
                stepped.nudge(1);
                stepped.contrast();
            }
            optimiser.apply(stepped.contrast(), stepped.scale(), 1f);
            float[][] expected = learnt(configuration, seed);
            float[][] found = values(parameters);
            for (int i = 0; i < expected.length; i++) {
                assertArrayEquals(expected[i], found[i]);
            }
        }
    }

    @Test
    void movementShrinksAsTheNetworkSettles() {
        double early = movement(2);
        double late = movement(400);
        assertTrue(early > 1e-3, "" + early);
        assertTrue(late < 1e-5, "" + late);
        assertNotEquals(early, late);
    }

    private double movement(int free) {
        RandomNetworks random = new RandomNetworks(901);
        Configuration given = configuration(901, random);
        Configuration configuration = new Configuration(
                given.network(),
                given.neuron(),
                new PhaseSettings(free, NUDGE, 0.7f, Scheme.SYMMETRIC),
                given.learning(),
                given.training());
        Topology topology = Topology.of(configuration.network());
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(1);
                Parameters parameters = Parameters.open(topology, ledger);
                SteppedNudge stepped =
                        ledger.open(memory -> new SteppedNudge(memory, configuration, parameters, kernels, workers))) {
            new Initialiser(4).fill(parameters);
            parameters.derive(kernels, workers);
            fill(stepped.image(), stepped.target(), 901);
            stepped.settle();
            return stepped.movement();
        }
    }
}

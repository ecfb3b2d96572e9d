package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.equipoise.config.Algorithm;
import org.equipoise.config.Configuration;
import org.equipoise.config.LearningSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.OptimiserSettings;
import org.equipoise.config.PhaseSettings;
import org.equipoise.config.RateSchedule;
import org.equipoise.config.Schedule;
import org.equipoise.config.TrainingSettings;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Connection;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adam on whole networks, against algorithm 1 of Kingma and Ba (2015) in double precision. */
@Tag("kernels")
class AdamTest {
    private static final int UPDATES = 6;
    private static final float SCALE = 0.125f;
    private static final float FACTOR = 0.5f;
    private static final float DECAY = 0.02f;
    private static final OptimiserSettings.Adam ADAM = new OptimiserSettings.Adam(0.8f, 0.95f, 1e-4f);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void parametersMoveAsInThePaper(long seed) {
        RandomNetworks random = new RandomNetworks(seed);
        NetworkSettings network = random.networkWithReadout();
        Topology topology = Topology.of(network);
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        Ledger ledger = Ledger.unlimited();
        List<Float> rates =
                topology.connections().stream().map(connection -> 0.01f).toList();
        LearningSettings settings = new LearningSettings(
                rates, ADAM, DECAY, new RateSchedule.Constant(), new Algorithm.EquilibriumPropagation());
        Configuration configuration = new Configuration(
                network,
                new NeuronSettings.Rate(Schedule.constant(1), Activation.CLIP),
                new PhaseSettings(1, 1, 1f, PhaseSettings.Scheme.SYMMETRIC),
                settings,
                new TrainingSettings(1, 1, 0));
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(topology, ledger);
                Gradients gradients = ledger.open(memory -> Gradients.in(memory, topology))) {
            random.fillFreely(parameters);
            long held = ledger.currentBytes();
            try (Optimiser optimiser =
                    ledger.open(memory -> Optimiser.in(memory, configuration, parameters, kernels, workers))) {
                MemoryPlan predicted = MemoryScope.count(
                                memory -> Optimiser.in(memory, configuration, parameters, kernels, workers))
                        .getFirst();
                assertEquals(predicted.totalBytes(), ledger.currentBytes() - held);
                LiteralAdam[] literal = new LiteralAdam[2 * rates.size()];
                for (int l = 0; l < rates.size(); l++) {
                    literal[2 * l] = new LiteralAdam(parameters.weights(l), DECAY);
                    literal[2 * l + 1] = new LiteralAdam(parameters.biases(l), 0);
                }
                for (int update = 0; update < UPDATES; update++) {
                    for (int l = 0; l < rates.size(); l++) {
                        Connection connection = topology.connections().get(l);
                        fill(random, gradients, connection, l);
                        literal[2 * l].move(gradients.weightGradient(connection, l, -SCALE));
                        literal[2 * l + 1].move(gradients.biasGradient(connection, l, -SCALE));
                    }
                    optimiser.apply(gradients, SCALE, FACTOR);
                }
                for (int l = 0; l < rates.size(); l++) {
                    literal[2 * l].compare(parameters.weights(l), "weights " + l);
                    literal[2 * l + 1].compare(parameters.biases(l), "biases " + l);
                }
            }
        }
        assertEquals(0, ledger.currentBytes());
    }

    /** Gradients of sizes far apart, some zero, with nothing in the lanes of the padding. */
    private static void fill(RandomNetworks random, Gradients gradients, Connection connection, int layer) {
        WeightBlocks sums = gradients.weights(layer);
        int below = connection.below().channelStride();
        for (int row = 0; row < sums.rows(); row++) {
            boolean used = row % below < connection.below().channels();
            for (int lane = 0; lane < connection.layer().channels(); lane++) {
                sums.set(row, lane, used ? value(random) : 0f);
            }
        }
        MemorySegment biases = gradients.biases(layer);
        for (int c = 0; c < connection.layer().channels(); c++) {
            biases.setAtIndex(ValueLayout.JAVA_FLOAT, c, value(random));
        }
    }

    private static float value(RandomNetworks random) {
        return random.between(-1000, 1000) / (float) Math.pow(10, random.between(0, 6));
    }

    /** θ ← θ − α · m̂ / (√v̂ + ε), with the decay as part of the gradient. */
    private static final class LiteralAdam {
        private final double[] theta;
        private final double[] m;
        private final double[] v;
        private final double decay;
        private int t;

        LiteralAdam(float[] start, double decay) {
            this.theta = new double[start.length];
            this.m = new double[start.length];
            this.v = new double[start.length];
            this.decay = decay;
            for (int i = 0; i < start.length; i++) {
                theta[i] = start[i];
            }
        }

        void move(float[] gradient) {
            t++;
            for (int i = 0; i < theta.length; i++) {
                double g = gradient[i] + decay * theta[i];
                m[i] = ADAM.beta1() * m[i] + (1 - ADAM.beta1()) * g;
                v[i] = ADAM.beta2() * v[i] + (1 - ADAM.beta2()) * g * g;
                double meanHat = m[i] / (1 - Math.pow(ADAM.beta1(), t));
                double squareHat = v[i] / (1 - Math.pow(ADAM.beta2(), t));
                theta[i] -= 0.01 * FACTOR * meanHat / (Math.sqrt(squareHat) + ADAM.epsilon());
            }
        }

        void compare(float[] found, String name) {
            for (int i = 0; i < found.length; i++) {
                assertEquals(theta[i], found[i], 2e-6, name + " " + i);
            }
        }
    }
}

package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.equipoise.config.Algorithm;
import org.equipoise.config.Configuration;
import org.equipoise.config.LearningSettings;
import org.equipoise.config.LearningSettings.DecayForm;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Optimisers on whole networks, against their equations in double precision: Adam as algorithm 1 of Kingma and Ba (2015), momentum of
 * either form as Sutskever et al. (2013) write it for the parameters at which gradients are taken.
 */
@Tag("kernels")
class OptimiserEquationsTest {
    private static final int UPDATES = 6;
    private static final float SCALE = 0.125f;
    private static final float FACTOR = 0.5f;
    private static final float DECAY = 0.02f;
    private static final double RATE = 0.01;
    private static final float MOMENTUM = 0.75f;
    private static final OptimiserSettings.Adam ADAM = new OptimiserSettings.Adam(0.8f, 0.95f, 1e-4f);

    private static final List<OptimiserSettings> OPTIMISERS = List.of(
            ADAM,
            new OptimiserSettings.Sgd(0f),
            new OptimiserSettings.Sgd(MOMENTUM),
            new OptimiserSettings.Sgd(MOMENTUM, true));

    static Stream<Arguments> cases() {
        return LongStream.rangeClosed(1, 8)
                .boxed()
                .flatMap(seed -> OPTIMISERS.stream()
                        .flatMap(optimiser ->
                                Stream.of(DecayForm.values()).map(form -> arguments(seed, optimiser, form))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void parametersMoveAsWritten(long seed, OptimiserSettings optimiserSettings, DecayForm form) {
        RandomNetworks random = new RandomNetworks(seed);
        NetworkSettings network = random.networkWithReadout();
        Topology topology = Topology.of(network);
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        Ledger ledger = Ledger.unlimited();
        List<Float> rates =
                topology.connections().stream().map(connection -> 0.01f).toList();
        LearningSettings settings = new LearningSettings(
                rates,
                LearningSettings.RateScale.NONE,
                optimiserSettings,
                DECAY,
                form,
                new RateSchedule.Constant(),
                0f,
                new Algorithm.EquilibriumPropagation(),
                0f);
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
                long predicted =
                        MemoryScope.count(memory -> Optimiser.in(memory, configuration, parameters, kernels, workers))
                                .stream()
                                .mapToLong(MemoryPlan::totalBytes)
                                .sum();
                assertEquals(predicted, ledger.currentBytes() - held);
                Literal[] literal = new Literal[2 * rates.size()];
                for (int l = 0; l < rates.size(); l++) {
                    literal[2 * l] = Literal.of(parameters.weights(l), optimiserSettings, form, DECAY);
                    literal[2 * l + 1] = Literal.of(parameters.biases(l), optimiserSettings, form, 0);
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

    /** θ ← keep · θ − α · step, with the decay as part of the gradient or in what is kept. */
    private abstract static class Literal {
        private final double[] theta;
        private final double decay;
        private final double keep;

        Literal(float[] start, DecayForm form, double decay) {
            this.theta = new double[start.length];
            this.decay = form == DecayForm.GRADIENT ? decay : 0;
            this.keep = form == DecayForm.GRADIENT ? 1 : 1 - decay * FACTOR;
            for (int i = 0; i < start.length; i++) {
                theta[i] = start[i];
            }
        }

        static Literal of(float[] start, OptimiserSettings settings, DecayForm form, double decay) {
            return switch (settings) {
                case OptimiserSettings.Adam adam -> new LiteralAdam(start, form, decay);
                case OptimiserSettings.Sgd sgd -> new LiteralDescent(start, sgd, form, decay);
            };
        }

        void move(float[] gradient) {
            begin();
            for (int i = 0; i < theta.length; i++) {
                theta[i] = keep * theta[i] - RATE * FACTOR * step(i, gradient[i] + decay * theta[i]);
            }
        }

        void begin() {}

        abstract double step(int i, double gradient);

        void compare(float[] found, String name) {
            for (int i = 0; i < found.length; i++) {
                assertEquals(theta[i], found[i], 2e-6 * Math.max(1, Math.abs(theta[i])), name + " " + i);
            }
        }
    }

    /** m̂ / (√v̂ + ε). */
    private static final class LiteralAdam extends Literal {
        private final double[] m;
        private final double[] v;
        private int t;

        LiteralAdam(float[] start, DecayForm form, double decay) {
            super(start, form, decay);
            this.m = new double[start.length];
            this.v = new double[start.length];
        }

        @Override
        void begin() {
            t++;
        }

        @Override
        double step(int i, double g) {
            m[i] = ADAM.beta1() * m[i] + (1 - ADAM.beta1()) * g;
            v[i] = ADAM.beta2() * v[i] + (1 - ADAM.beta2()) * g * g;
            double meanHat = m[i] / (1 - Math.pow(ADAM.beta1(), t));
            double squareHat = v[i] / (1 - Math.pow(ADAM.beta2(), t));
            return meanHat / (Math.sqrt(squareHat) + ADAM.epsilon());
        }
    }

    /** v ← μ·v + g, of which the step is v or, with Nesterov, μ·v + g. */
    private static final class LiteralDescent extends Literal {
        private final double[] velocity;
        private final OptimiserSettings.Sgd sgd;

        LiteralDescent(float[] start, OptimiserSettings.Sgd sgd, DecayForm form, double decay) {
            super(start, form, decay);
            this.velocity = new double[start.length];
            this.sgd = sgd;
        }

        @Override
        double step(int i, double g) {
            velocity[i] = sgd.momentum() * velocity[i] + g;
            return sgd.nesterov() ? sgd.momentum() * velocity[i] + g : velocity[i];
        }
    }
}

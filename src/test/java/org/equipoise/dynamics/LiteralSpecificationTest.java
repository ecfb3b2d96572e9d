package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Algorithm;
import org.equipoise.config.Configuration;
import org.equipoise.config.LayerSettings;
import org.equipoise.config.LayerSettings.Convolution;
import org.equipoise.config.LearningSettings;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.NeuronSettings.ImageCoding;
import org.equipoise.config.OptimiserSettings;
import org.equipoise.config.PhaseSettings;
import org.equipoise.config.PhaseSettings.Errors;
import org.equipoise.config.PhaseSettings.Scheme;
import org.equipoise.config.Pooling;
import org.equipoise.config.Pooling.Winners;
import org.equipoise.config.RateSchedule;
import org.equipoise.config.Schedule;
import org.equipoise.config.TrainingSettings;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.StateMean;
import org.equipoise.learning.BatchStates;
import org.equipoise.learning.BatchStates.Counting;
import org.equipoise.learning.ContrastiveGradient;
import org.equipoise.learning.Gradients;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.random.Cases;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random networks against the equations written down literally: on grid weights every value is the same to the bit. */
@Tag("kernels")
class LiteralSpecificationTest {
    private static final int FREE = 14;
    private static final int NUDGE = 6;
    private static final float BETA = 0.5f;
    private static final float LAMBDA = 0.5f;
    private static final float EPSILON = 0.25f;
    private static final float THRESHOLD = 0.5f;
    /** Free steps whose mean is where amplified errors are counted from. */
    private static final int AVERAGE = 4;

    private static final NeuronSettings SPIKING =
            new NeuronSettings.SigmaDelta(Schedule.constant(EPSILON), Schedule.constant(LAMBDA), THRESHOLD);
    private static final NeuronSettings CURRENT = new NeuronSettings.SigmaDelta(
            Schedule.constant(EPSILON), Schedule.constant(LAMBDA), THRESHOLD, ImageCoding.CURRENT);
    private static final NeuronSettings RATE = new NeuronSettings.Rate(Schedule.constant(EPSILON), Activation.CLIP);

    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();
    private final Ledger ledger = Ledger.unlimited();

    static long[] seeds() {
        return Cases.seeds(0, 40);
    }

    static long[] fewSeeds() {
        return Cases.seeds(0, 16);
    }

    static long[] seedsWithReadout() {
        return Cases.seeds(0, 20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void spikingNetworksFollowTheEquations(long seed) {
        RandomNetworks random = new RandomNetworks(seed);
        checkSpiking(random.network(), random, random.between(1, 11));
    }

    @ParameterizedTest
    @MethodSource("seedsWithReadout")
    void spikingNetworksWithAReadoutFollowTheEquations(long seed) {
        RandomNetworks random = new RandomNetworks(seed);
        checkSpiking(random.networkWithReadout(), random, random.between(1, 11));
    }

    private void checkSpiking(NetworkSettings settings, RandomNetworks random, int images) {
        try (Run run = new Run(settings, SPIKING, Errors.FED_BACK, random, images)) {
            run.check(0f, (literal, beta, y) -> literal.spikingStep(LAMBDA, EPSILON, THRESHOLD, beta, y));
            // The same memory, used again, must not remember the first use.
            run.check(0f, (literal, beta, y) -> literal.spikingStep(LAMBDA, EPSILON, THRESHOLD, beta, y));
        }
        assertEquals(0, ledger.currentBytes());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void rateNetworksFollowTheEquations(long seed) {
        RandomNetworks random = new RandomNetworks(seed);
        checkRate(random.network(), random, random.between(1, 5));
    }

    @ParameterizedTest
    @MethodSource("seedsWithReadout")
    void rateNetworksWithAReadoutFollowTheEquations(long seed) {
        RandomNetworks random = new RandomNetworks(seed);
        checkRate(random.networkWithReadout(), random, random.between(1, 5));
    }

    private void checkRate(NetworkSettings settings, RandomNetworks random, int images) {
        try (Run run = new Run(settings, RATE, Errors.FED_BACK, random, images)) {
            run.check(1e-4f, (literal, beta, y) -> literal.rateStep(EPSILON, beta, y));
        }
        assertEquals(0, ledger.currentBytes());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void spikingNetworksWithMaximumPoolingFollowTheEquations(long seed) {
        RandomNetworks random = new RandomNetworks(1000 + seed);
        checkSpiking(random.networkWithMaxima(), random, random.between(1, 11));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void rateNetworksWithMaximumPoolingFollowTheEquations(long seed) {
        RandomNetworks random = new RandomNetworks(1000 + seed);
        checkRate(random.networkWithMaxima(), random, random.between(1, 11));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void rateNetworksThatAmplifyErrorsFollowTheEquations(long seed) {
        RandomNetworks random = new RandomNetworks(2000 + seed);
        NetworkSettings settings = withFeedback(random.networkWithMaxima(), seed % 2 == 0 ? 0.25f : 0.5f);
        try (Run run = new Run(settings, RATE, Errors.AMPLIFIED, random, random.between(1, 11))) {
            run.check(1e-4f, (literal, beta, y) -> literal.rateStep(EPSILON, beta, y));
            run.check(1e-4f, (literal, beta, y) -> literal.rateStep(EPSILON, beta, y));
        }
        assertEquals(0, ledger.currentBytes());
    }

    /** The currents of the mean free state have full mantissas, so no longer every value is the same to the bit; spikes are. */
    @ParameterizedTest
    @MethodSource("fewSeeds")
    void spikingNetworksThatAmplifyErrorsFollowTheEquations(long seed) {
        RandomNetworks random = new RandomNetworks(3000 + seed);
        NetworkSettings settings = withFeedback(random.networkWithMaxima(), seed % 2 == 0 ? 0.25f : 0.5f);
        try (Run run = new Run(settings, SPIKING, Errors.AMPLIFIED, random, random.between(1, 11))) {
            run.check(1e-4f, (literal, beta, y) -> literal.spikingStep(LAMBDA, EPSILON, THRESHOLD, beta, y));
            run.check(1e-4f, (literal, beta, y) -> literal.spikingStep(LAMBDA, EPSILON, THRESHOLD, beta, y));
        }
        assertEquals(0, ledger.currentBytes());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void spikingNetworksThatSeeTheImageAsACurrentFollowTheEquations(long seed) {
        RandomNetworks random = new RandomNetworks(4000 + seed);
        NetworkSettings settings = seed % 2 == 0 ? random.networkWithMaxima() : random.network();
        Errors errors = seed % 3 == 0 ? Errors.AMPLIFIED : Errors.FED_BACK;
        settings = errors == Errors.AMPLIFIED ? withFeedback(settings, 0.5f) : settings;
        LiteralStep step = (literal, beta, y) -> {
            literal.sendImageAsCurrent();
            literal.spikingStep(LAMBDA, EPSILON, THRESHOLD, beta, y);
        };
        try (Run run = new Run(settings, CURRENT, errors, random, random.between(1, 11))) {
            run.check(1e-4f, step);
            run.check(1e-4f, step);
        }
        assertEquals(0, ledger.currentBytes());
    }

    @ParameterizedTest
    @MethodSource("fewSeeds")
    void spikingNetworksFindWinnersByActivations(long seed) {
        RandomNetworks random = new RandomNetworks(5000 + seed);
        NetworkSettings settings = withWinners(random.networkWithMaxima(), seed);
        try (Run run = new Run(settings, SPIKING, Errors.FED_BACK, random, random.between(1, 11))) {
            run.check(0f, (literal, beta, y) -> literal.spikingStep(LAMBDA, EPSILON, THRESHOLD, beta, y));
            run.check(0f, (literal, beta, y) -> literal.spikingStep(LAMBDA, EPSILON, THRESHOLD, beta, y));
        }
        assertEquals(0, ledger.currentBytes());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void rateNetworksHoldWinners(long seed) {
        RandomNetworks random = new RandomNetworks(6000 + seed);
        NetworkSettings settings = withWinners(random.networkWithMaxima(), seed);
        Errors errors = seed % 5 == 0 ? Errors.AMPLIFIED : Errors.FED_BACK;
        settings = errors == Errors.AMPLIFIED ? withFeedback(settings, 0.5f) : settings;
        try (Run run = new Run(settings, RATE, errors, random, random.between(1, 11))) {
            run.check(1e-4f, (literal, beta, y) -> literal.rateStep(EPSILON, beta, y));
            run.check(1e-4f, (literal, beta, y) -> literal.rateStep(EPSILON, beta, y));
        }
        assertEquals(0, ledger.currentBytes());
    }

    private static NetworkSettings withWinners(NetworkSettings settings, long seed) {
        Winners winners = seed % 2 == 0 ? Winners.DECODED : Winners.HELD;
        List<LayerSettings> layers = new ArrayList<>();
        for (LayerSettings layer : settings.layers()) {
            layers.add(
                    layer instanceof Convolution conv && conv.pooling() instanceof Pooling.Maximum maximum
                            ? new Convolution(
                                    conv.channels(),
                                    conv.kernel(),
                                    conv.stride(),
                                    conv.padding(),
                                    new Pooling.Maximum(maximum.size(), winners))
                            : layer);
        }
        return new NetworkSettings(
                settings.input(),
                layers,
                settings.upsampling(),
                settings.feedback(),
                settings.readout(),
                settings.normalisation());
    }

    private static NetworkSettings withFeedback(NetworkSettings settings, float feedback) {
        return new NetworkSettings(
                settings.input(), settings.layers(), settings.upsampling(), feedback, settings.readout(), null);
    }

    /** One step of the literal network. */
    private interface LiteralStep {
        void run(LiteralNetwork literal, float beta, float[] y);
    }

    /** A network in the engine and, image by image, written down literally. */
    private final class Run implements AutoCloseable {
        private final NetworkSettings settings;
        private final boolean amplified;
        private final Topology topology;
        private final Parameters parameters;
        private final Settling settling;
        private final BatchStates states;
        private final Gradients gradients;
        private final int images;
        private final float[][] pixels;
        private final float[][] targets;

        Run(NetworkSettings settings, NeuronSettings neuron, Errors errors, RandomNetworks random, int most) {
            this.amplified = errors == Errors.AMPLIFIED;
            this.settings = settings;
            // What is written down literally is slow.
            this.images = RandomNetworks.large(settings) ? Math.min(most, 3) : most;
            this.topology = Topology.of(settings);
            this.parameters = Parameters.open(configuration(settings, neuron, errors), ledger);
            random.fillOnGrid(parameters);
            try (Workers workers = new Workers(1)) {
                parameters.derive(kernels, workers);
            }
            this.settling = Settling.open(neuron, null, parameters, kernels, ledger, "test", images + 1, true);
            this.states = ledger.open(memory -> BatchStates.in(memory, topology, images));
            this.gradients = ledger.open(memory -> Gradients.in(memory, topology));
            this.pixels = new float[images][];
            this.targets = new float[images][settings.classes()];
            for (int i = 0; i < images; i++) {
                pixels[i] = random.image(settings.input().size());
                targets[i][random.between(0, settings.classes() - 1)] = 1f;
                fill(settling.image(), i, pixels[i]);
                fill(states.image(), i, pixels[i]);
                fill(settling.target(), i, targets[i]);
            }
        }

        private static Configuration configuration(NetworkSettings settings, NeuronSettings neuron, Errors errors) {
            return new Configuration(
                    settings,
                    neuron,
                    new PhaseSettings(FREE, NUDGE, BETA, Scheme.SYMMETRIC).withErrors(errors),
                    new LearningSettings(
                            settings.layers().stream().map(layer -> 1f).toList(),
                            new OptimiserSettings.Sgd(0f),
                            0f,
                            new RateSchedule.Constant(),
                            new Algorithm.EquilibriumPropagation()),
                    new TrainingSettings(1, 1, 0));
        }

        private void fill(FloatTensor tensor, int image, float[] values) {
            LayerLayout layout = tensor.layout();
            for (int i = 0; i < values.length; i++) {
                tensor.set(image, layout.index(i % layout.positions(), i / layout.positions()), values[i]);
            }
        }

        void check(float tolerance, LiteralStep step) {
            LiteralNetwork[] free = new LiteralNetwork[images];
            for (int i = 0; i < images; i++) {
                free[i] = new LiteralNetwork(settings, weights(), biases(), pixels[i]);
                advance(free[i], step, FREE, 0f, targets[i]);
                if (amplified) {
                    free[i].amplifyErrors(freeMean(i, step));
                }
                free[i].startNudging();
            }
            settling.begin(images);
            settling.free(FREE - AVERAGE);
            for (int i = 0; i < AVERAGE; i++) {
                settling.free(1);
                settling.countFree(new StateMean(i, AVERAGE));
            }
            compare("free", free, tolerance);
            compareOutput(free, tolerance);
            settling.saveState();
            settling.startNudging();
            LiteralNetwork[] plus = nudged(free, step, BETA);
            settling.nudge(BETA, NUDGE);
            compare("plus", plus, tolerance);
            states.keep(settling, 0, images, BETA, Counting.POSITIVE);
            settling.restoreState();
            LiteralNetwork[] minus = nudged(free, step, -BETA);
            settling.nudge(-BETA, NUDGE);
            compare("minus", minus, tolerance);
            states.keep(settling, 0, images, -BETA, Counting.NEGATIVE);
            compareGradients(plus, minus);
        }

        private float[][] freeMean(int image, LiteralStep step) {
            LiteralNetwork literal = new LiteralNetwork(settings, weights(), biases(), pixels[image]);
            advance(literal, step, FREE - AVERAGE, 0f, targets[image]);
            float[][] mean = new float[topology.depth() + 1][];
            mean[0] = pixels[image];
            for (int t = 0; t < AVERAGE; t++) {
                step.run(literal, 0f, targets[image]);
                for (int l = 1; l < mean.length; l++) {
                    mean[l] = t == 0 ? new float[literal.s[l].length] : mean[l];
                    for (int i = 0; i < mean[l].length; i++) {
                        mean[l][i] += literal.s[l][i] / AVERAGE;
                    }
                }
            }
            return mean;
        }

        private LiteralNetwork[] nudged(LiteralNetwork[] free, LiteralStep step, float beta) {
            LiteralNetwork[] nudged = new LiteralNetwork[images];
            for (int i = 0; i < images; i++) {
                nudged[i] = free[i].copy();
                advance(nudged[i], step, NUDGE, beta, targets[i]);
                nudged[i].readOut(beta, targets[i]);
            }
            return nudged;
        }

        private void advance(LiteralNetwork literal, LiteralStep step, int steps, float beta, float[] y) {
            for (int t = 0; t < steps; t++) {
                step.run(literal, beta, y);
            }
        }

        private float[][] weights() {
            float[][] weights = new float[topology.connections().size()][];
            for (int l = 0; l < weights.length; l++) {
                weights[l] = parameters.weights(l);
            }
            return weights;
        }

        private float[][] biases() {
            float[][] biases = new float[topology.connections().size()][];
            for (int l = 0; l < biases.length; l++) {
                biases[l] = parameters.biases(l);
            }
            return biases;
        }

        private void compare(String phase, LiteralNetwork[] literal, float tolerance) {
            for (int l = 0; l <= topology.depth(); l++) {
                LayerLayout layout = topology.layout(l);
                for (int image = 0; image < images; image++) {
                    for (int i = 0; i < layout.neurons(); i++) {
                        int neuron = layout.index(i % layout.positions(), i / layout.positions());
                        String place = settings + " " + phase + " layer " + l + " image " + image + " neuron " + i;
                        compareNeuron(place, literal[image], l, image, i, neuron, tolerance);
                    }
                }
            }
        }

        private void compareOutput(LiteralNetwork[] literal, float tolerance) {
            if (topology.hasReadout()) {
                for (int image = 0; image < images; image++) {
                    float[] logits = literal[image].logits();
                    for (int c = 0; c < logits.length; c++) {
                        assertEquals(logits[c], settling.output().get(image, c), 10 * tolerance, settings + " logit");
                    }
                }
            }
        }

        private FloatTensor variable(int layer, String name) {
            return (FloatTensor) settling.variables(layer).get(name);
        }

        private void compareNeuron(
                String place, LiteralNetwork literal, int l, int image, int i, int neuron, float tolerance) {
            assertEquals(literal.s[l][i], settling.states(l).get(image, neuron), tolerance, place + " s");
            SpikeTensor spikes = settling.spikes(l);
            if (spikes != null && settling.variables(l).containsKey("phi")) {
                assertEquals(literal.phi[l][i], variable(l, "phi").get(image, neuron), tolerance, place + " phi");
                assertEquals(literal.q[l][i], spikes.get(image, neuron) ? 1f : 0f, place + " q");
                if (l > 0) {
                    assertEquals(literal.v[l][i], variable(l, "v").get(image, neuron), tolerance, place + " v");
                }
            }
        }

        private void compareGradients(LiteralNetwork[] plus, LiteralNetwork[] minus) {
            try (Workers workers = new Workers(2);
                    ContrastiveGradient contrast =
                            ledger.open(memory -> new ContrastiveGradient(memory, parameters, kernels, workers))) {
                contrast.sum(states, images, gradients);
            }
            for (int l = 0; l < topology.connections().size(); l++) {
                double[] expected =
                        new double[Math.toIntExact(topology.connections().get(l).weights())];
                for (int image = 0; image < images; image++) {
                    if (amplified) {
                        plus[image].addAmplifiedContrast(l + 1, minus[image], expected);
                    } else {
                        plus[image].addOuterProducts(l + 1, 1f, expected);
                        minus[image].addOuterProducts(l + 1, -1f, expected);
                    }
                }
                compareBiasGradient(l, plus, minus);
                float[] found = gradients.weightGradient(topology.connections().get(l), l, 1f);
                for (int i = 0; i < expected.length; i++) {
                    assertEquals(expected[i], found[i], 2e-3, settings + " gradient of layer " + l + " weight " + i);
                }
            }
        }

        private void compareBiasGradient(int l, LiteralNetwork[] plus, LiteralNetwork[] minus) {
            int positions = topology.layout(l + 1).positions();
            float[] found = gradients.biasGradient(topology.connections().get(l), l, 1f);
            for (int channel = 0; channel < found.length; channel++) {
                double expected = 0;
                for (int image = 0; image < images; image++) {
                    for (int i = channel * positions; i < (channel + 1) * positions; i++) {
                        expected += (double) plus[image].s[l + 1][i] - minus[image].s[l + 1][i];
                    }
                }
                assertEquals(expected, found[channel], 2e-3, settings + " bias gradient of layer " + l);
            }
        }

        @Override
        public void close() {
            settling.close();
            states.close();
            gradients.close();
            parameters.close();
        }
    }
}

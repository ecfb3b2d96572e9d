package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.dynamics.RandomNetworks;
import org.equipoise.dynamics.Settling;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.learning.BatchStates.Counting;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Initialiser;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks with maximum pooling learn, and rate networks by the gradient of the loss. */
class MaximumPoolingLearningTest {
    private static final int IMAGES = 6;
    private static final int CLASSES = 3;

    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();
    private final Ledger ledger = Ledger.unlimited();

    /** The gradient at the free equilibrium, against differences of the loss after each weight and bias was moved a little. */
    @ParameterizedTest
    @ValueSource(longs = {2, 3, 4})
    void theGradientIsThatOfTheLossAtEquilibrium(long seed) {
        Configuration configuration = ConfigurationReader.read("""
                network:
                  input: [1, 8, 9]
                  layers: [{conv: 4, kernel: 3, pool: max2}, {conv: 5, kernel: 2, pad: 1, pool: max2}, {linear: 3}]
                neuron: {kind: rate, epsilon: 0.5}
                phases: {free: 150, nudge: 60, beta: 0.02}
                training: {batch: 6, epochs: 1}
                """, "test", List.of());
        try (Equilibrium equilibrium = new Equilibrium(configuration, seed)) {
            for (int l = 0; l < equilibrium.topology.depth(); l++) {
                int layer = l;
                float[] weights = equilibrium.parameters.weights(layer);
                equilibrium.compare(
                        "weights of layer " + l, weights, layer, true, equilibrium.weightGradients.get(layer));
                float[] biases = equilibrium.parameters.biases(layer);
                equilibrium.compare("biases of layer " + l, biases, layer, false, equilibrium.biasGradients.get(layer));
            }
        }
        assertEquals(0, ledger.currentBytes());
    }

    /** A network, its images, and the gradient that Equilibrium Propagation finds for it. */
    private final class Equilibrium implements AutoCloseable {
        final Topology topology;
        final Parameters parameters;
        final List<float[]> weightGradients;
        final List<float[]> biasGradients;
        private final Configuration configuration;
        private final Workers workers = new Workers(1);
        private final Settling settling;

        Equilibrium(Configuration configuration, long seed) {
            this.configuration = configuration;
            this.topology = Topology.of(configuration.network());
            this.parameters = Parameters.open(topology, ledger);
            RandomNetworks random = new RandomNetworks(seed);
            random.fillFreely(parameters);
            this.settling =
                    Settling.open(configuration.neuron(), null, parameters, kernels, ledger, "test", IMAGES, true);
            for (int image = 0; image < IMAGES; image++) {
                fill(
                        settling.image(),
                        image,
                        random.image(configuration.network().input().size()));
                settling.target().set(image, image % CLASSES, 1f);
            }
            float beta = configuration.phases().beta();
            try (BatchStates states = ledger.open(memory -> BatchStates.in(memory, topology, IMAGES));
                    Gradients gradients = ledger.open(memory -> Gradients.in(memory, topology));
                    ContrastiveGradient contrast =
                            ledger.open(memory -> new ContrastiveGradient(memory, topology, kernels, workers))) {
                states.image().copyFrom(0, settling.image(), 0, IMAGES);
                loss();
                settling.saveState();
                settling.nudge(beta, configuration.phases().nudge());
                states.keep(settling, 0, IMAGES, beta, Counting.POSITIVE);
                settling.restoreState();
                settling.nudge(-beta, configuration.phases().nudge());
                states.keep(settling, 0, IMAGES, -beta, Counting.NEGATIVE);
                contrast.sum(states, IMAGES, gradients);
                float scale =
                        -EquilibriumPropagation.scale(configuration.phases().scheme(), beta, IMAGES);
                weightGradients = each(
                        l -> gradients.weightGradient(topology.connections().get(l), l, scale));
                biasGradients =
                        each(l -> gradients.biasGradient(topology.connections().get(l), l, scale));
            }
        }

        private List<float[]> each(IntFunction<float[]> gradient) {
            return IntStream.range(0, topology.depth()).mapToObj(gradient).toList();
        }

        void compare(String name, float[] values, int layer, boolean weights, float[] gradient) {
            double product = 0;
            double expectedSquare = 0;
            double foundSquare = 0;
            for (int i = 0; i < values.length; i++) {
                double step = 2e-3;
                double expected =
                        (lossWith(values, layer, weights, i, step) - lossWith(values, layer, weights, i, -step))
                                / (2 * step);
                product += expected * gradient[i];
                expectedSquare += expected * expected;
                foundSquare += (double) gradient[i] * gradient[i];
            }
            double cosine = product / Math.sqrt(expectedSquare * foundSquare);
            double ratio = Math.sqrt(foundSquare / expectedSquare);
            assertTrue(cosine > 0.99, name + ": cosine " + cosine);
            assertEquals(1, ratio, 0.1, name + ": ratio of norms");
        }

        private double lossWith(float[] values, int layer, boolean weights, int index, double step) {
            float[] moved = values.clone();
            moved[index] += (float) step;
            set(moved, layer, weights);
            double loss = loss();
            set(values, layer, weights);
            return loss;
        }

        private void set(float[] values, int layer, boolean weights) {
            if (weights) {
                parameters.setWeights(layer, values);
            } else {
                parameters.setBiases(layer, values);
            }
        }

        /** Half the squared error after the free phase, its mean over the images. */
        private double loss() {
            parameters.derive(kernels, workers);
            settling.begin(IMAGES);
            settling.free(configuration.phases().free());
            return squaredError(settling.output(), settling.target(), IMAGES) / 2;
        }

        @Override
        public void close() {
            settling.close();
            parameters.close();
            workers.close();
        }
    }

    private static double squaredError(FloatTensor output, FloatTensor target, int images) {
        double sum = 0;
        for (int image = 0; image < images; image++) {
            for (int c = 0; c < CLASSES; c++) {
                double error = output.get(image, c) - target.get(image, c);
                sum += error * error;
            }
        }
        return sum / images;
    }

    private static void fill(FloatTensor tensor, int image, float[] pixels) {
        for (int i = 0; i < pixels.length; i++) {
            tensor.set(image, i, pixels[i]);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{kind: rate, epsilon: 0.5}",
                "{kind: sigma-delta, epsilon: 0.3, lambda: 0.6}",
            })
    void aSmallNetworkLearnsStripes(String neuron) {
        Configuration configuration = ConfigurationReader.read("""
                network: {input: [1, 9, 9], layers: [{conv: 6, kernel: 3, pool: max2}, {linear: 16}, {linear: 3}]}
                phases: {free: 40, nudge: 15, beta: 0.5}
                learning: {rates: [0.2, 0.1, 0.05]}
                training: {batch: 12, epochs: 1}
                neuron:\s""" + neuron, "test", List.of());
        Topology topology = Topology.of(configuration.network());
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(topology, ledger);
                EquilibriumPropagation learner = ledger.open(
                        memory -> new EquilibriumPropagation(memory, configuration, parameters, kernels, workers))) {
            new Initialiser(3).fill(parameters);
            parameters.derive(kernels, workers);
            int images = configuration.training().batch();
            for (int image = 0; image < images; image++) {
                fill(learner.states().image(), image, stripes(image));
                learner.states().target().set(image, image % CLASSES, 1f);
            }
            learner.learn(images, true, 1f);
            double before =
                    squaredError(learner.states().output(), learner.states().target(), images);
            for (int update = 0; update < 200; update++) {
                learner.learn(images, true, 1f);
            }
            double after =
                    squaredError(learner.states().output(), learner.states().target(), images);
            assertTrue(after < before / 4, before + " fell to " + after);
        }
    }

    /** Rows, columns or diagonals, at one of three places. */
    private static float[] stripes(int image) {
        float[] pixels = new float[81];
        for (int y = 0; y < 9; y++) {
            for (int x = 0; x < 9; x++) {
                int across = List.of(y, x, x + y).get(image % CLASSES);
                pixels[y * 9 + x] = (across + image / CLASSES) % 3 == 0 ? 1f : 0f;
            }
        }
        return pixels;
    }
}

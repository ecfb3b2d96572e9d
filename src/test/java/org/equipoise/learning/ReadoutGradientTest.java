package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.random.CounterRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Equilibrium Propagation learns with a softmax readout, against finite differences of the cross-entropy at the fixed point of
 * the same network written down in double precision.
 */
@Tag("kernels")
class ReadoutGradientTest {
    private static final int[] SIZES = {9, 8, 6, 4};
    private static final int IMAGES = 3;
    private static final double STEP = 1e-5;
    private static final float RATE = 8f;

    private final CounterRandom random = new CounterRandom(4, 9);
    private long drawn;

    private static Configuration configuration(String activation, String scheme, double beta) {
        return ConfigurationReader.read("""
                network: {input: [1, 3, 3], layers: [{linear: 8}, {linear: 6}, {linear: 4}]}
                neuron: {kind: rate, epsilon: 0.5, activation: %s}
                phases: {free: 200, nudge: 200, beta: %s, scheme: %s}
                learning: {loss: cross-entropy, readout: softmax, rates: [%s, %s, %s]}
                training: {batch: 3, epochs: 1}
                """.formatted(activation, beta, scheme, RATE, RATE, RATE), "test", List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "clip, symmetric, 0.02, 0.01",
        "sigmoid, symmetric, 0.02, 0.01",
        "clip, one-sided, 0.004, 0.02",
        "sigmoid, random-sign, 0.004, 0.02"
    })
    void whatIsLearntIsTheGradientOfTheCrossEntropy(String activation, String scheme, double beta, double tolerance) {
        Configuration configuration = configuration(activation, scheme, beta);
        Network network = new Network(activation.equals("sigmoid"));
        List<float[]> before = new ArrayList<>();
        List<float[]> after = new ArrayList<>();
        learn(configuration, network, before, after);
        for (int l = 0; l < network.weights.size(); l++) {
            compare(network, network.weights.get(l), before.get(2 * l), after.get(2 * l), "weights " + l, tolerance);
            compare(
                    network,
                    network.biases.get(l),
                    before.get(2 * l + 1),
                    after.get(2 * l + 1),
                    "biases " + l,
                    tolerance);
        }
    }

    private static void learn(Configuration configuration, Network network, List<float[]> before, List<float[]> after) {
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        Topology topology = Topology.of(configuration.network());
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(topology, ledger);
                EquilibriumPropagation learner = ledger.open(
                        memory -> new EquilibriumPropagation(memory, configuration, parameters, kernels, workers))) {
            for (int l = 0; l < network.weights.size(); l++) {
                parameters.setWeights(l, floats(network.weights.get(l)));
                parameters.setBiases(l, floats(network.biases.get(l)));
            }
            parameters.derive(kernels, workers);
            read(parameters, before);
            for (int i = 0; i < IMAGES; i++) {
                for (int p = 0; p < SIZES[0]; p++) {
                    learner.states().image().set(i, p, (float) network.images[i][p]);
                }
                learner.states().target().set(i, network.labels[i], 1f);
            }
            learner.learn(IMAGES, false, 1f);
            read(parameters, after);
            for (int i = 0; i < IMAGES; i++) {
                double[] logits = network.logits(i);
                for (int c = 0; c < logits.length; c++) {
                    assertEquals(logits[c], learner.states().output().get(i, c), 1e-5, "a logit of image " + i);
                }
            }
        }
    }

    private static void read(Parameters parameters, List<float[]> values) {
        for (int l = 0; l < SIZES.length - 1; l++) {
            values.add(parameters.weights(l));
            values.add(parameters.biases(l));
        }
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static void compare(
            Network network, double[] parameters, float[] before, float[] after, String name, double tolerance) {
        double product = 0;
        double learntSquare = 0;
        double slopeSquare = 0;
        for (int i = 0; i < parameters.length; i++) {
            double learnt = ((double) after[i] - before[i]) / RATE;
            double down = -network.slope(parameters, i);
            product += learnt * down;
            learntSquare += learnt * learnt;
            slopeSquare += down * down;
        }
        double cosine = product / Math.sqrt(learntSquare * slopeSquare);
        assertTrue(cosine > 0.999, name + " have cosine " + cosine);
        assertEquals(1, Math.sqrt(learntSquare / slopeSquare), tolerance, name + " have the gradient's length");
    }

    /** Two layers of neurons and a readout: s1 = ρ(W1 x + W2ᵀ s2 + b1), s2 = ρ(W2 s1 + b2), z = W3 s2 + b3. */
    private final class Network {
        private final boolean sigmoid;
        private final List<double[]> weights = new ArrayList<>();
        private final List<double[]> biases = new ArrayList<>();
        private final double[][] images = new double[IMAGES][SIZES[0]];
        private final int[] labels = {2, 0, 3};

        Network(boolean sigmoid) {
            this.sigmoid = sigmoid;
            for (int l = 1; l < SIZES.length; l++) {
                // Small weights around a bias of a half keep the activations off the ends of [0, 1], where slopes jump.
                double reach = l == SIZES.length - 1 ? 1.5 : 0.2;
                weights.add(draw(SIZES[l] * SIZES[l - 1], reach, 0));
                biases.add(draw(SIZES[l], 0.1, l == SIZES.length - 1 ? 0 : 0.5));
            }
            for (double[] image : images) {
                System.arraycopy(draw(image.length, 0.5, 0.5), 0, image, 0, image.length);
            }
        }

        private double[] draw(int count, double reach, double middle) {
            double[] values = new double[count];
            for (int i = 0; i < count; i++) {
                double unit = (random.bits(drawn++) >>> 11) * 0x1p-53;
                values[i] = (float) (middle + reach * (2 * unit - 1));
            }
            return values;
        }

        double[] logits(int image) {
            double[] s1 = new double[SIZES[1]];
            double[] s2 = new double[SIZES[2]];
            for (int t = 0; t < 400; t++) {
                double[] u1 = sum(0, images[image]);
                for (int i = 0; i < s1.length; i++) {
                    for (int j = 0; j < s2.length; j++) {
                        u1[i] += weights.get(1)[j * s1.length + i] * s2[j];
                    }
                }
                double[] u2 = sum(1, s1);
                move(s1, u1);
                move(s2, u2);
            }
            return sum(2, s2);
        }

        private double[] sum(int layer, double[] below) {
            double[] sums = biases.get(layer).clone();
            for (int j = 0; j < sums.length; j++) {
                for (int i = 0; i < below.length; i++) {
                    sums[j] += weights.get(layer)[j * below.length + i] * below[i];
                }
            }
            return sums;
        }

        private void move(double[] s, double[] d) {
            for (int i = 0; i < s.length; i++) {
                double goal = sigmoid ? 1 / (1 + Math.exp(-4 * (d[i] - 0.5))) : d[i];
                s[i] = Math.clamp(s[i] + 0.5 * (goal - s[i]), 0, 1);
            }
        }

        private double loss() {
            double loss = 0;
            for (int image = 0; image < IMAGES; image++) {
                double[] logits = logits(image);
                double sum = 0;
                for (double logit : logits) {
                    sum += Math.exp(logit);
                }
                loss += (Math.log(sum) - logits[labels[image]]) / IMAGES;
            }
            return loss;
        }

        double slope(double[] parameters, int i) {
            double value = parameters[i];
            parameters[i] = value + STEP;
            double above = loss();
            parameters[i] = value - STEP;
            double below = loss();
            parameters[i] = value;
            return (above - below) / (2 * STEP);
        }
    }
}

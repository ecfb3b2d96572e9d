package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.kernel.PoolingWindow;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Connection;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.random.CounterRandom;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contrasts of phases that hardly differ, against the same in double precision. */
@Tag("kernels")
class ContrastPrecisionTest {
    private static final int IMAGES = 20;

    private final Kernels kernels = KernelSelection.ofThisJvm().kernels();

    @ParameterizedTest
    @CsvSource({"none,1e-2", "none,1e-3", "avg2,1e-3", "max2,1e-2", "max2,1e-3"})
    void littleIsLostToRounding(String pool, double size) {
        Topology topology = Topology.of(
                ConfigurationReader.read("""
                        network: {input: [1, 28, 28], layers: [{conv: 9, kernel: 5, pool: %s}, {conv: 7, kernel: 3}, {linear: 10}]}
                        neuron: {kind: rate}
                        phases: {free: 5, nudge: 5, beta: 0.2}
                        learning: {rates: [0.1, 0.1, 0.1]}
                        training: {batch: 20, epochs: 1}
                        """.formatted(pool), "test", List.of()).network());
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(2);
                BatchStates states = ledger.open(memory -> BatchStates.in(memory, topology, IMAGES));
                Gradients gradients = ledger.open(memory -> Gradients.in(memory, topology));
                ContrastiveGradient contrast =
                        ledger.open(memory -> new ContrastiveGradient(memory, topology, kernels, workers))) {
            fill(topology, states, size);
            double[][] expected = new double[topology.connections().size()][];
            double[][] biases = new double[expected.length][];
            for (int l = 0; l < expected.length; l++) {
                expected[l] = weights(topology.connections().get(l), l, states);
                biases[l] = biases(topology.layout(l + 1), l, states);
            }
            contrast.sum(states, IMAGES, gradients);
            for (int l = 0; l < expected.length; l++) {
                Connection connection = topology.connections().get(l);
                assertClose(expected[l], gradients.weightGradient(connection, l, 1f), "weights " + l);
                assertClose(biases[l], gradients.biasGradient(connection, l, 1f), "biases " + l);
            }
        }
    }

    private static void assertClose(double[] expected, float[] found, String what) {
        double error = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            error += (found[i] - expected[i]) * (found[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        double relative = Math.sqrt(error / norm);
        assertTrue(relative < 1e-5, what + ": " + relative);
    }

    private static void fill(Topology topology, BatchStates states, double size) {
        CounterRandom random = new CounterRandom(3, 4);
        long drawn = 0;
        for (int l = 0; l <= topology.depth(); l++) {
            LayerLayout layout = topology.layout(l);
            for (int image = 0; image < IMAGES; image++) {
                for (int position = 0; position < layout.positions(); position++) {
                    for (int c = 0; c < layout.channels(); c++) {
                        int index = layout.index(position, c);
                        float s = (float) ((random.bits(drawn++) >>> 11) * 0x1p-53);
                        double change = size * ((random.bits(drawn++) >>> 11) * 0x1p-53 - 0.3);
                        states.positive(l).set(image, index, s);
                        if (l > 0) {
                            states.negative(l).set(image, index, (float) (s - change));
                        }
                    }
                }
            }
            PoolingWindow window =
                    l == 0 ? null : topology.connections().get(l - 1).maximum();
            if (window != null) {
                drawn = win(window, states.positiveWinners(l), random, drawn, 0);
                drawn = win(window, states.negativeWinners(l), random, drawn, 50);
            }
        }
    }

    /** A winner for each window; those of the two phases differ now and then. */
    private static long win(PoolingWindow window, SpikeTensor winners, CounterRandom random, long drawn, int oddOnes) {
        LayerLayout map = window.convolved();
        for (int image = 0; image < IMAGES; image++) {
            for (int y = 0; y < map.height() / 2; y++) {
                for (int x = 0; x < map.width() / 2; x++) {
                    for (int c = 0; c < map.channels(); c++) {
                        int member = (image + 3 * y + 5 * x + 7 * c) % 4;
                        if (oddOnes > 0 && random.below(oddOnes, drawn++) == 0) {
                            member = (member + 1) % 4;
                        }
                        int position = (2 * y + member / 2) * map.width() + 2 * x + member % 2;
                        winners.set(image, map.index(position, c), true);
                    }
                }
            }
        }
        return drawn;
    }

    /** The products of one phase in double precision, in interchange order. */
    private static double[] weights(Connection connection, int l, BatchStates states) {
        double[] sums = new double[Math.toIntExact(connection.weights())];
        add(connection, l, states.positive(l), states.positive(l + 1), states.positiveWinners(l + 1), 1, sums);
        add(connection, l, states.negative(l), states.negative(l + 1), states.negativeWinners(l + 1), -1, sums);
        return sums;
    }

    private static void add(
            Connection connection,
            int l,
            FloatTensor below,
            FloatTensor layer,
            SpikeTensor winners,
            int sign,
            double[] sums) {
        LayerLayout lower = below.layout();
        LayerLayout upper = layer.layout();
        int kernel = connection.linear() ? 1 : connection.kernelHeight();
        int height = connection.linear() ? 1 : lower.height() - kernel + 1;
        int width = connection.linear() ? 1 : lower.width() - kernel + 1;
        int pool = connection.linear() ? 1 : height / upper.height();
        for (int image = 0; image < IMAGES; image++) {
            for (int out = 0; out < upper.channels(); out++) {
                for (int y = 0; y < upper.height() * pool; y++) {
                    for (int x = 0; x < upper.width() * pool; x++) {
                        double s = layer.get(image, upper.index(y / pool * upper.width() + x / pool, out));
                        if (winners == null) {
                            s /= pool * pool;
                        } else if (!winners.get(image, winners.layout().index(y * width + x, out))) {
                            continue;
                        }
                        int inputs = connection.fanIn();
                        for (int in = 0; in < inputs; in++) {
                            int taps = kernel * kernel;
                            int index = connection.linear()
                                    ? lower.index(in % lower.positions(), in / lower.positions())
                                    : lower.index(
                                            (y + in % taps / kernel) * lower.width() + x + in % kernel, in / taps);
                            sums[out * inputs + in] += sign * s * below.get(image, index);
                        }
                    }
                }
            }
        }
    }

    private static double[] biases(LayerLayout layout, int l, BatchStates states) {
        double[] sums = new double[layout.channels()];
        for (int image = 0; image < IMAGES; image++) {
            for (int position = 0; position < layout.positions(); position++) {
                for (int c = 0; c < sums.length; c++) {
                    int index = layout.index(position, c);
                    sums[c] += (double) states.positive(l + 1).get(image, index)
                            - states.negative(l + 1).get(image, index);
                }
            }
        }
        return sums;
    }
}

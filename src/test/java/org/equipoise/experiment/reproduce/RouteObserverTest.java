package org.equipoise.experiment.reproduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.dynamics.LiteralNetwork;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Initialiser;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is observed is what the equations, written down literally, do. */
class RouteObserverTest {
    private static final int SIDE = 9;
    private static final int IMAGES = 3;
    private static final int FREE = 9;
    private static final int NUDGE = 4;
    private static final int WATCHED = 5;
    private static final float LAMBDA = 0.5f;
    private static final float EPSILON = 0.25f;
    private static final float BETA = 0.5f;
    private static final String NETWORK = """
            network:
              input: [1, 9, 9]
              layers: [{conv: 5, kernel: 2, pool: avg2}, {conv: 4, kernel: 2, pad: 1, pool: avg2}, {linear: 8}, {linear: 3}]
              upsampling: 0.5
            neuron: {kind: sigma-delta, epsilon: 0.25, lambda: 0.5}
            phases: {free: 9, nudge: 4, beta: 0.5}
            learning: {rates: [1, 1, 1, 1]}
            training: {batch: 4, epochs: 1, seed: 5}
            """;

    @TempDir
    Path folder;

    private float[][] weights = new float[0][];
    private float[][] biases = new float[0][];

    private static Configuration network(String... overrides) {
        return ConfigurationReader.read(NETWORK, "test", List.of(overrides));
    }

    private static ImageSet images() {
        byte[] pixels = new byte[IMAGES * SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * i % 7 == 0 ? 0 : i * 37 % 251);
        }
        return ImageSet.of(
                "test",
                new IdxArray(new int[] {IMAGES, SIDE, SIDE}, pixels),
                new IdxArray(new int[] {IMAGES}, new byte[] {1, 0, 2}),
                3);
    }

    private static Machine machine() {
        return new Machine(KernelSelection.ofThisJvm().kernels(), 2, Ledger.unlimited());
    }

    /** Parameters that keep every layer busy. */
    private ModelFile model(Configuration configuration) {
        Topology topology = Topology.of(configuration.network());
        Path file = folder.resolve("model.safetensors");
        try (Parameters parameters = Parameters.open(topology, Ledger.unlimited())) {
            Initialiser.of(configuration.training()).fill(parameters);
            weights = new float[topology.connections().size()][];
            biases = new float[weights.length][];
            for (int l = 0; l < weights.length; l++) {
                weights[l] = parameters.weights(l);
                for (int i = 0; i < weights[l].length; i++) {
                    weights[l][i] = 1.5f * weights[l][i] + 0.02f;
                }
                biases[l] = parameters.biases(l);
                parameters.setWeights(l, weights[l]);
            }
            ModelFile.writeSafetensors(file, configuration, parameters);
        }
        return new ModelFile(file);
    }

    @ParameterizedTest
    @EnumSource(NetworkVariant.class)
    void seesWhatTheEquationsDo(NetworkVariant variant) {
        Configuration configuration = variant.of(network());
        ModelFile model = model(configuration);
        Machine machine = machine();
        List<Observations.Step> seen =
                new RouteObserver(configuration, model, images(), IMAGES, WATCHED).watch(machine);
        assertEquals(WATCHED + NUDGE, seen.size());
        assertEquals(
                RouteObserver.plans(configuration, IMAGES).stream()
                        .mapToLong(MemoryPlan::totalBytes)
                        .sum(),
                machine.ledger().peakBytes());

        List<Literal> literals = literals(configuration, variant);
        boolean mismatched = false;
        for (int step = 1; step <= FREE + NUDGE; step++) {
            for (Literal literal : literals) {
                literal.step(step > FREE ? BETA : 0f);
            }
            if (step <= FREE - WATCHED) {
                continue;
            }
            Observations.Step observed = seen.get(step - 1 - (FREE - WATCHED));
            assertEquals(step, observed.step());
            assertEquals(step > FREE, observed.nudged());
            assertEquals(4, observed.layers().size());
            for (Observations.Layer layer : observed.layers()) {
                String where = variant + ", step " + step + ", " + layer.name();
                int l = layer.layer();
                assertStatistics(literals.stream().map(one -> one.network.s[l]).toList(), layer.states(), where);
                assertStatistics(literals.stream().map(one -> one.sent()[l]).toList(), layer.sent(), where);
                assertStatistics(literals.stream().map(one -> one.decoded[l]).toList(), layer.decoded(), where);
                assertStatistics(literals.stream().map(one -> one.forward[l]).toList(), layer.forward(), where);
                assertStatistics(
                        literals.stream().map(one -> one.forwardOfStates[l]).toList(), layer.forwardOfStates(), where);
                assertStatistics(literals.stream().map(one -> one.backward[l]).toList(), layer.backward(), where);
                assertStatistics(
                        literals.stream().map(one -> one.backwardOfStates[l]).toList(),
                        layer.backwardOfStates(),
                        where);
                if (l <= 2 && variant != NetworkVariant.SPIKING_AVERAGE) {
                    IndexMismatch expected = mismatch(literals, l);
                    IndexMismatch mismatch = Objects.requireNonNull(layer.mismatch());
                    assertEquals(expected.turnoverPercent(), mismatch.turnoverPercent(), 1e-9, where);
                    assertEquals(expected.againstStatesPercent(), mismatch.againstStatesPercent(), 1e-9, where);
                    assertEquals(expected.misdirectedPercent(), mismatch.misdirectedPercent(), 1e-4, where);
                    mismatched |= mismatch.misdirectedPercent() > 0;
                } else {
                    assertEquals(null, layer.mismatch(), where);
                }
            }
        }
        assertEquals(variant == NetworkVariant.SPIKING_MAXIMUM, mismatched);
    }

    private List<Literal> literals(Configuration configuration, NetworkVariant variant) {
        List<Literal> literals = new ArrayList<>();
        ImageSet images = images();
        for (int image = 0; image < IMAGES; image++) {
            float[] pixels = new float[SIDE * SIDE];
            for (int p = 0; p < pixels.length; p++) {
                pixels[p] = images.value(image, p / SIDE, p % SIDE, 0);
            }
            float[] target = new float[3];
            target[images.label(image)] = 1f;
            literals.add(
                    new Literal(new LiteralNetwork(configuration.network(), weights, biases, pixels), variant, target));
        }
        return literals;
    }

    /** One image, and what its layers send after each step. */
    private static final class Literal {
        final LiteralNetwork network;
        final boolean spiking;
        final boolean decodedWinners;
        final float[] target;
        final float[][] decoded = new float[5][];
        final float[][] forward = new float[5][];
        final float[][] forwardOfStates = new float[5][];
        final float[][] backward = new float[5][];
        final float[][] backwardOfStates = new float[5][];
        int[][] earlier = new int[5][];
        int[][] winners = new int[5][];
        int[][] winnersOfStates = new int[5][];

        Literal(LiteralNetwork network, NetworkVariant variant, float[] target) {
            this.network = network;
            this.spiking = variant != NetworkVariant.RATE_MAXIMUM;
            this.decodedWinners = variant == NetworkVariant.SPIKING_DECODED;
            this.target = target;
        }

        float[][] sent() {
            return spiking ? network.q : network.s;
        }

        void step(float beta) {
            if (spiking) {
                network.spikingStep(LAMBDA, EPSILON, 0.5f, beta, target);
            } else {
                network.rateStep(EPSILON, beta, target);
            }
            earlier = winners;
            winners = new int[5][];
            winnersOfStates = new int[5][];
            for (int l = 1; l <= 4; l++) {
                if (decodedWinners) {
                    network.forward(l, network.s[l - 1]);
                    forward[l] = network.forwardAtWinners(l, sent()[l - 1]);
                } else {
                    forward[l] = network.forward(l, sent()[l - 1]);
                }
                winners[l] = network.winners[l].clone();
                if (l > 1) {
                    backward[l - 1] = network.backward(l, sent()[l]);
                }
                forwardOfStates[l] = network.forward(l, network.s[l - 1]);
                winnersOfStates[l] = network.winners[l].clone();
                if (l > 1) {
                    backwardOfStates[l - 1] = network.backward(l, network.s[l]);
                }
                float[] before = decoded[l] == null ? new float[network.s[l].length] : decoded[l];
                decoded[l] = new float[before.length];
                for (int i = 0; i < before.length; i++) {
                    decoded[l][i] = spiking ? before[i] + LAMBDA * (network.q[l][i] - before[i]) : network.s[l][i];
                }
            }
            backward[4] = new float[3];
            backwardOfStates[4] = new float[3];
        }
    }

    private static IndexMismatch mismatch(List<Literal> literals, int l) {
        double windows = 0;
        double turned = 0;
        double against = 0;
        double sent = 0;
        double astray = 0;
        for (Literal literal : literals) {
            for (int i = 0; i < literal.winners[l].length; i++) {
                windows++;
                turned += literal.winners[l][i] == literal.earlier[l][i] ? 0 : 1;
                boolean wrong = literal.winners[l][i] != literal.winnersOfStates[l][i];
                against += wrong ? 1 : 0;
                sent += literal.sent()[l][i];
                astray += wrong ? literal.sent()[l][i] : 0;
            }
        }
        return new IndexMismatch(100 * turned / windows, 100 * against / windows, sent == 0 ? 0 : 100 * astray / sent);
    }

    private static void assertStatistics(List<float[]> values, Statistics spread, String where) {
        double count = 0;
        double sum = 0;
        double magnitude = 0;
        for (float[] image : values) {
            for (float value : image) {
                count++;
                sum += value;
                magnitude += Math.abs(value);
            }
        }
        double mean = sum / count;
        double squares = 0;
        for (float[] image : values) {
            for (float value : image) {
                squares += (value - mean) * (value - mean);
            }
        }
        assertEquals(mean, spread.mean(), 1e-5, where);
        assertEquals(Math.sqrt(squares / count), spread.deviation(), 1e-5, where);
        assertEquals(magnitude / count, spread.magnitude(), 1e-5, where);
    }

    @Test
    void otherNetworksAreRefusedInASentence() {
        BadInputException rate = assertThrows(
                BadInputException.class,
                () -> NetworkVariant.RATE_MAXIMUM.of(network("neuron={kind: rate, epsilon: 0.5}")));
        assertTrue(String.valueOf(rate.getMessage()).contains("sigma-delta"), rate.getMessage());
        BadInputException flat = assertThrows(
                BadInputException.class,
                () -> NetworkVariant.SPIKING_AVERAGE.of(
                        network("network.layers=[{linear: 8}, {linear: 3}]", "learning.rates=[1, 1]")));
        assertTrue(String.valueOf(flat.getMessage()).contains("pool nowhere"), flat.getMessage());
    }
}

package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.Share;
import org.equipoise.distributed.SingleProcess;
import org.equipoise.distributed.ThreadRanks;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.tensor.FloatTensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One update by a batch that is cut into shards. */
class ShardedLearningTest {
    private static final int BATCH = 11;
    private static final int SHARDS = 5;

    private final Kernels kernels = Kernels.scalar();

    private static Configuration configuration(String training) {
        return ConfigurationReader.read("""
                network: {input: [1, 6, 6], layers: [{conv: 4, kernel: 3, pool: avg2}, {linear: 7}, {linear: 3}]}
                neuron: {kind: rate, epsilon: 0.5, activation: clip}
                phases: {free: 9, nudge: 4, beta: 0.7}
                learning: {rates: [0.5, 0.5, 0.5]}
                training: {batch: %d, epochs: 1%s}
                """.formatted(BATCH, training), "test", List.of());
    }

    private void fill(Parameters parameters, Workers workers) {
        for (int l = 0; l < 3; l++) {
            float[] weights = parameters.weights(l);
            for (int i = 0; i < weights.length; i++) {
                weights[i] = ((i * 37 + l * 11) % 23 - 9) / 50f;
            }
            parameters.setWeights(l, weights);
            float[] biases = parameters.biases(l);
            for (int i = 0; i < biases.length; i++) {
                biases[i] = 0.1f + i % 3 / 10f;
            }
            parameters.setBiases(l, biases);
        }
        parameters.derive(kernels, workers);
    }

    private static void fill(FloatTensor image, FloatTensor target, int first, int count) {
        for (int i = 0; i < count; i++) {
            for (int p = 0; p < 36; p++) {
                image.set(i, p, (p * 7 + (first + i) * 5) % 11 / 10f);
            }
            target.set(i, (first + i) % 3, 1f);
        }
    }

    private List<float[]> learnt(Configuration configuration, Communicator communicator, int images) {
        Topology topology = Topology.of(configuration.network());
        Share share = new Share(configuration.training().shards().count(), communicator.size(), communicator.rank());
        Ledger ledger = Ledger.unlimited();
        List<float[]> values = new ArrayList<>();
        try (Workers workers = new Workers(2);
                Parameters parameters = Parameters.open(topology, ledger)) {
            fill(parameters, workers);
            long held = ledger.currentBytes();
            try (EquilibriumPropagation learner = ledger.open(memory -> new EquilibriumPropagation(
                    memory, configuration, communicator, null, parameters, kernels, workers))) {
                assertEquals(
                        PredictedMemory.of(configuration, communicator, 2).stream()
                                .mapToLong(MemoryPlan::totalBytes)
                                .sum(),
                        ledger.currentBytes() - held,
                        "what was planned is what is held");
                fill(learner.image(), learner.target(), share.first(images), share.count(images));
                // A second update begins its sums anew.
                learner.learn(images, true, 1f);
                learner.learn(images, true, 1f);
            }
            assertEquals(held, ledger.currentBytes(), "all is given back");
            for (int l = 0; l < 3; l++) {
                values.add(parameters.weights(l));
                values.add(parameters.biases(l));
            }
        }
        return values;
    }

    /** A batch of three leaves shards, and some ranks, without images. */
    @ParameterizedTest
    @ValueSource(ints = {BATCH, 3})
    void sumsOfShardsAreTheSumOfTheBatchOnAnyNumberOfRanks(int images) {
        List<float[]> whole = learnt(configuration(""), SingleProcess.INSTANCE, images);
        Configuration cut = configuration(", shards: " + SHARDS);
        List<float[]> alone = learnt(cut, SingleProcess.INSTANCE, images);
        assertNear(whole, alone, 1e-5);
        for (int ranks = 2; ranks <= SHARDS; ranks++) {
            List<List<float[]>> all = ThreadRanks.run(ranks, communicator -> learnt(cut, communicator, images));
            assertEquals(ranks, all.size());
            for (List<float[]> found : all) {
                for (int part = 0; part < alone.size(); part++) {
                    assertArrayEquals(alone.get(part), found.get(part), ranks + " ranks, part " + part);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void sumsMayBeRoundedToSixteenBits(int ranks) {
        Configuration exact = configuration(", shards: " + SHARDS);
        Configuration rounded = configuration(", shards: " + SHARDS + ", exchange: bfloat16");
        List<float[]> alone = learnt(rounded, SingleProcess.INSTANCE, BATCH);
        List<float[]> unrounded = learnt(exact, SingleProcess.INSTANCE, BATCH);
        assertNear(unrounded, alone, 5e-3);
        int differing = 0;
        for (int part = 0; part < alone.size(); part++) {
            for (int i = 0; i < alone.get(part).length; i++) {
                differing += alone.get(part)[i] == unrounded.get(part)[i] ? 0 : 1;
            }
        }
        assertTrue(differing > 10, differing + " values differ");
        for (List<float[]> found : ThreadRanks.run(ranks, communicator -> learnt(rounded, communicator, BATCH))) {
            for (int part = 0; part < alone.size(); part++) {
                assertArrayEquals(alone.get(part), found.get(part), "part " + part);
            }
        }
    }

    /** Added in any order, by what connects the ranks. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void aFastReductionSumsTheSame(int ranks) {
        Configuration fast = configuration(", shards: " + SHARDS + ", reduction: fast");
        List<float[]> whole = learnt(configuration(""), SingleProcess.INSTANCE, BATCH);
        for (List<float[]> found : ThreadRanks.run(ranks, communicator -> learnt(fast, communicator, BATCH))) {
            assertNear(whole, found, 1e-5);
        }
    }

    private static void assertNear(List<float[]> expected, List<float[]> found, double tolerance) {
        for (int part = 0; part < expected.size(); part++) {
            for (int i = 0; i < expected.get(part).length; i++) {
                assertEquals(expected.get(part)[i], found.get(part)[i], tolerance, "part " + part + ", value " + i);
            }
        }
    }
}

package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.distributed.ThreadRanks;
import org.equipoise.dynamics.Settling;
import org.equipoise.dynamics.SettlingTeam;
import org.equipoise.dynamics.StepCount;
import org.equipoise.dynamics.TileUse;
import org.equipoise.kernel.Kernels;
import org.equipoise.learning.Loss;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.junit.jupiter.api.Test;

/** More images than are looked at together, against one image after the other. */
class EvaluatorTest {
    private static final int IMAGES = 300;
    private static final int TOGETHER = 256;
    private static final int FREE = 6;
    private static final int AVERAGE = 2;
    private static final Configuration CONFIGURATION = ConfigurationReader.read("""
            network:
              input: [1, 2, 3]
              layers: [{linear: 5}, {linear: 4}]
              normalise: {mean: [0.25], deviation: [0.5]}
            neuron: {kind: rate, epsilon: 0.5, activation: clip}
            phases: {free: 6, nudge: 4, beta: 0.9, average: 2}
            learning: {rates: [0.2, 0.1]}
            training: {batch: 4, epochs: 1}
            """, "test", List.of());
    private static final Topology TOPOLOGY = Topology.of(CONFIGURATION.network());

    private final Kernels kernels = Kernels.scalar();
    private final ImageSet images = images();

    private static ImageSet images() {
        byte[] pixels = new byte[IMAGES * 6];
        byte[] labels = new byte[IMAGES];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 37 + i / 6 * 11);
        }
        for (int i = 0; i < IMAGES; i++) {
            labels[i] = (byte) (i % 3);
        }
        return ImageSet.of(
                "images", new IdxArray(new int[] {IMAGES, 2, 3}, pixels), new IdxArray(new int[] {IMAGES}, labels), 3);
    }

    private Parameters parameters(Workers workers) {
        Parameters parameters = Parameters.open(TOPOLOGY, Ledger.unlimited());
        for (int l = 0; l < 2; l++) {
            float[] weights = parameters.weights(l);
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (i * 29 % 17 - 8) / 16f;
            }
            parameters.setWeights(l, weights);
        }
        parameters.derive(kernels, workers);
        return parameters;
    }

    /** Settles each image alone and reads the mean of its last two steps. */
    private float[][] expected(Parameters parameters) {
        float[][] expected = new float[IMAGES][4];
        try (Settling settling = Settling.open(
                CONFIGURATION.neuron(), null, parameters, kernels, Ledger.unlimited(), "alone", 1, false)) {
            for (int i = 0; i < IMAGES; i++) {
                for (int p = 0; p < 6; p++) {
                    float pixel = (images.pixel(i, p / 3, p % 3, 0) / 255f - 0.25f) / 0.5f;
                    settling.image().set(0, TOPOLOGY.layout(0).index(p, 0), pixel);
                }
                settling.begin(1);
                settling.free(FREE - 1);
                float[] first = output(settling);
                settling.free(1);
                float[] second = output(settling);
                for (int c = 0; c < 4; c++) {
                    expected[i][c] = (first[c] + second[c]) / AVERAGE;
                }
            }
        }
        return expected;
    }

    private static float[] output(Settling settling) {
        float[] output = new float[4];
        for (int c = 0; c < 4; c++) {
            output[c] = settling.output().get(0, c);
        }
        return output;
    }

    private SettlingTeam team(Parameters parameters, Workers workers) {
        return Ledger.unlimited()
                .open(memory -> new SettlingTeam(
                        memory, CONFIGURATION.withTile(64), parameters, kernels, workers, IMAGES, TileUse.ONE_WAY));
    }

    @Test
    void outputsAreMeansOfTheLastStepsOfNormalisedImages() {
        try (Workers workers = new Workers(2);
                Parameters parameters = parameters(workers);
                SettlingTeam team = team(parameters, workers)) {
            Evaluator evaluator = Evaluator.of(team, TOPOLOGY.layout(2), CONFIGURATION);
            float[][] expected = expected(parameters);
            float[][] found = evaluator.outputs(IMAGES, Evaluator.source(images));
            for (int i = 0; i < IMAGES; i++) {
                assertArrayEquals(expected[i], found[i], 1e-6f, "image " + i);
            }
        }
    }

    @Test
    void answersAreCountedOnceEachOnAnyNumberOfRanks() {
        float[][] expected;
        try (Workers workers = new Workers(1);
                Parameters parameters = parameters(workers)) {
            expected = expected(parameters);
        }
        for (int ranks = 1; ranks <= 3; ranks++) {
            int all = ranks;
            List<Evaluation> evaluations = ThreadRanks.run(ranks, communicator -> {
                List<Integer> told = new ArrayList<>();
                AtomicInteger settled = new AtomicInteger();
                try (Workers workers = new Workers(1);
                        Parameters parameters = parameters(workers);
                        SettlingTeam team = team(parameters, workers)) {
                    Evaluation evaluation = Evaluator.of(team, TOPOLOGY.layout(2), CONFIGURATION)
                            .evaluate(
                                    images,
                                    communicator,
                                    () -> false,
                                    (done, of) -> told.add(done * 1000 + of),
                                    (settling, count) -> settled.addAndGet(count));
                    assertEquals(
                            all == 1
                                    ? List.of(TOGETHER * 1000 + IMAGES, IMAGES * 1000 + IMAGES)
                                    : List.of(IMAGES * 1001),
                            told);
                    assertEquals(IMAGES / all, settled.get(), 1.0);
                    return evaluation;
                }
            });
            for (Evaluation evaluation : evaluations) {
                check(expected, evaluation);
            }
        }
    }

    private static void check(float[][] expected, Evaluation evaluation) {
        Loss loss = Loss.of(CONFIGURATION.network());
        int[][] confusion = new int[3][4];
        int errors = 0;
        double lossSum = 0;
        for (int i = 0; i < IMAGES; i++) {
            int answer = Evaluator.answer(expected[i]);
            confusion[i % 3][answer]++;
            errors += answer == i % 3 ? 0 : 1;
            lossSum += loss.of(expected[i], i % 3);
        }
        assertEquals(IMAGES, evaluation.samples());
        assertEquals(errors, evaluation.errors());
        assertEquals(lossSum / IMAGES, evaluation.loss(), 1e-6);
        assertEquals(new StepCount((long) IMAGES * FREE, 0, 0, 0), evaluation.steps());
        for (int label = 0; label < 3; label++) {
            for (int answer = 0; answer < 4; answer++) {
                assertEquals(
                        confusion[label][answer],
                        evaluation.confusion().get(label).get(answer));
            }
        }
    }

    @Test
    void whatIsStoppedCountsWhatWasDone() {
        try (Workers workers = new Workers(1);
                Parameters parameters = parameters(workers);
                SettlingTeam team = team(parameters, workers)) {
            AtomicInteger asked = new AtomicInteger();
            Evaluator evaluator = Evaluator.of(team, TOPOLOGY.layout(2), CONFIGURATION);
            Evaluation half = evaluator.evaluate(images, () -> asked.getAndIncrement() > 0, (done, of) -> {});
            assertEquals(TOGETHER, half.samples());
            Evaluation none = evaluator.evaluate(images, () -> true, (done, of) -> {});
            assertEquals(0, none.samples());
            assertEquals(0, none.loss());
        }
    }

    @Test
    void theFirstOfEqualsIsTheAnswer() {
        assertEquals(1, Evaluator.answer(new float[] {0.1f, 0.5f, 0.5f}));
        assertEquals(0, Evaluator.answer(new float[] {0, 0}));
        assertEquals(2, Evaluator.answer(new float[] {-1, -2, 0}));
    }
}

package org.equipoise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation's examples do what it says of them. */
class EmbeddingExamplesTest {
    private static final int COUNT = 30;
    private static final float[] IMAGES = Stripes.images(COUNT);
    private static final int[] LABELS = Stripes.labels(COUNT);

    private static Equipoise network;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        network = Stripes.builder().open();
    }

    @AfterAll
    static void close() {
        network.close();
    }

    @Test
    void aNetworkIsTrainedSavedAndAsked() {
        Path file = folder.resolve("stripes.safetensors");
        int answer = EmbeddingExamples.whole(IMAGES, LABELS, Stripes.image(1), file);
        assertTrue(answer >= 0 && answer < Stripes.CLASSES);
        assertTrue(Files.exists(file));
    }

    @Test
    void layersAreDescribed() {
        try (Equipoise built = EmbeddingExamples.layers().open()) {
            assertArrayEquals(new int[] {1, 28, 28}, built.imageShape());
            assertEquals(10, built.classes());
            assertEquals(16 * 9, built.weights(0).length);
            assertEquals(32 * 16 * 9, built.weights(1).length);
            assertEquals(64 * 32 * 5 * 5, built.weights(2).length);
            assertTrue(built.settings().contains("kind: sigma-delta, epsilon: 0.2, lambda: 0.6"), built.settings());
        }
    }

    @Test
    void twoNetworksShareABudget() {
        assertTrue(EmbeddingExamples.settings() > 2_000_000);
    }

    @Test
    void aListenerHearsSavesAndStops() {
        Path best = folder.resolve("best.safetensors");
        List<String> lines = EmbeddingExamples.listener(network, IMAGES, LABELS, best);
        assertTrue(lines.size() >= 1 && lines.size() <= 3, lines.toString());
        assertTrue(lines.getFirst().matches("epoch \\d+: [\\d.]+ %"), lines.toString());
        assertTrue(Files.exists(best));
    }

    @Test
    void severalThreadsAskAtOnce() throws Exception {
        float[][] images = IntStream.range(0, COUNT).mapToObj(Stripes::image).toArray(float[][]::new);
        assertArrayEquals(network.classify(IMAGES), EmbeddingExamples.predictor(network, images));
    }

    @Test
    void segmentsAreLearntFrom() {
        assertEquals(1, EmbeddingExamples.segments(network, IMAGES, LABELS).size());
    }

    @Test
    void aNetworkIsLookedAtWhileItSettles() {
        assertEquals(4 * 3 * 3, EmbeddingExamples.settle(network, Stripes.image(0)).length);
    }

    @Test
    void failuresSayWhatToDo() throws Exception {
        Path file = folder.resolve("net.yaml");
        Files.writeString(file, Stripes.NETWORK.replace("beta: 0.9", "beta: -1"));
        String wrong = EmbeddingExamples.failures(file);
        assertTrue(wrong.startsWith("Correct this"), wrong);
        assertTrue(wrong.contains("line 3"), wrong);
        Files.writeString(file, Stripes.NETWORK.replace("{linear: 6}", "{linear: 500000}"));
        String large = EmbeddingExamples.failures(file);
        assertTrue(large.startsWith("Give it more memory"), large);
        Files.writeString(file, Stripes.NETWORK);
        assertTrue(EmbeddingExamples.failures(file).length() > 10);
    }
}

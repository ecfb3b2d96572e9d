package org.equipoise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.equipoise.memory.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Predictors under several threads. */
class PredictorTest {
    private static final int COUNT = 24;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void manyThreadsGetTheAnswersOfTheNetwork(int states) throws Exception {
        try (Equipoise network = Stripes.builder().open()) {
            network.train(Stripes.images(COUNT), Stripes.labels(COUNT));
            float[][] expected = network.outputs(Stripes.images(COUNT));
            try (Predictor predictor = network.predictor(states);
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<float[]>> questions = new ArrayList<>();
                for (int i = 0; i < 10 * COUNT; i++) {
                    int image = i % COUNT;
                    questions.add(() -> predictor.outputs(Stripes.image(image)));
                }
                List<Future<float[]>> answers = threads.invokeAll(questions);
                for (int i = 0; i < answers.size(); i++) {
                    assertArrayEquals(expected[i % COUNT], answers.get(i).get());
                }
            }
        }
    }

    /** Whatever a network does to pixels and outputs, a predictor does. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "phases.average=3",
                "neuron={kind: lif}",
                "phases.settle={tolerance: 0.05, window: 3}",
                "network.normalise={mean: [0.3], deviation: [0.5]}",
            })
    void answersWithEverySettingAsTheNetworkDoes(String setting) {
        String[] words = setting.split("=", 2);
        EquipoiseBuilder builder =
                words[0].equals("network.normalise") ? Stripes.builder().rate(0.5, "clip") : Stripes.builder();
        try (Equipoise network = builder.set(words[0], words[1]).open();
                Predictor predictor = network.predictor(1)) {
            float[][] expected = network.outputs(Stripes.images(COUNT));
            for (int i = 0; i < COUNT; i++) {
                assertArrayEquals(expected[i], predictor.outputs(Stripes.image(i)), "image " + i);
            }
        }
    }

    @Test
    void keepsItsParametersAndOutlivesTheNetwork() {
        Ledger ledger = Ledger.unlimited();
        float[] image = Stripes.image(3);
        Equipoise network = Stripes.builder().ledger(ledger).open();
        float[] before = network.outputs(image)[0];
        Predictor predictor = network.predictor(1);
        network.train(Stripes.images(COUNT), Stripes.labels(COUNT));
        assertFalse(java.util.Arrays.equals(before, network.outputs(image)[0]));
        network.close();
        assertArrayEquals(before, predictor.outputs(image));
        try (Arena arena = Arena.ofConfined()) {
            assertArrayEquals(before, predictor.outputs(arena.allocateFrom(ValueLayout.JAVA_FLOAT, image)));
        }
        predictor.close();
        predictor.close();
        assertEquals(0, ledger.currentBytes());
        assertThrows(IllegalStateException.class, () -> predictor.classify(image));
    }

    /** Threads that wait for a state while the predictor closes get an answer or are told so; none waits for ever. */
    @Test
    void closingWaitsForAnswersAndTurnsTheRestAway() throws Exception {
        try (Equipoise network = Stripes.builder().set("phases.free", 2000).open();
                ExecutorService threads = Executors.newFixedThreadPool(6)) {
            float[] expected = network.outputs(Stripes.image(0))[0];
            Predictor predictor = network.predictor(1);
            CountDownLatch started = new CountDownLatch(6);
            List<Future<float[]>> answers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                answers.add(threads.submit(() -> {
                    started.countDown();
                    return predictor.outputs(Stripes.image(0));
                }));
            }
            started.await();
            predictor.close();
            for (Future<float[]> answer : answers) {
                try {
                    assertArrayEquals(expected, answer.get());
                } catch (ExecutionException turnedAway) {
                    assertEquals(
                            "The predictor is closed", turnedAway.getCause().getMessage());
                }
            }
        }
    }
}

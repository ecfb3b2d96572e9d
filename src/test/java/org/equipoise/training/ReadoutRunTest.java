package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.Catalogue;
import org.equipoise.data.Dataset;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs with a softmax readout, the cross-entropy and Adam, on bundled images. */
class ReadoutRunTest {
    private static final String NETWORK = """
            network: {input: [1, 28, 28], layers: [{conv: 8, kernel: 5, stride: 2, pool: avg2}, {linear: 32}, {linear: 10}]}
            """;
    private static final String RATE = NETWORK + """
            neuron: {kind: rate, epsilon: 1, activation: clip}
            phases: {free: 20, nudge: 8, beta: 0.5}
            learning:
              loss: cross-entropy
              readout: softmax
              rates: [0.003, 0.003, 0.003]
              optimizer: adam
              rate-schedule: {kind: step, every: 1, factor: 0.7}
            training: {batch: 20, epochs: 3}
            """;
    private static final String SPIKING = NETWORK + """
            neuron: {kind: sigma-delta, epsilon: 0.3, lambda: 0.6}
            phases: {free: 30, nudge: 12, beta: 0.5}
            learning: {loss: cross-entropy, readout: softmax, rates: [0.003, 0.003, 0.003], optimizer: adam}
            training: {batch: 20, epochs: 3}
            """;

    @TempDir
    Path folder;

    private static Configuration configuration(String yaml) {
        return ConfigurationReader.read(yaml, "test", List.of());
    }

    private Dataset digits(int train, int test) {
        return new Catalogue(folder.resolve("none"), List.of())
                .open("digits")
                .limitTrain(train)
                .limitTest(test);
    }

    private static Machine machine(int threads) {
        return new Machine(KernelSelection.ofThisJvm().kernels(), threads, Ledger.unlimited());
    }

    private static TrainingResult train(TrainingRun run, BooleanSupplier stop, List<EpochMetrics> epochs) {
        try (run) {
            return run.train(stop, Duration.ofDays(1), new TrainingListener() {
                @Override
                public void epochDone(EpochMetrics metrics) {
                    epochs.add(metrics);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {RATE, SPIKING})
    void aSmallNetworkLearns(String yaml) {
        Machine machine = machine(2);
        List<EpochMetrics> epochs = new ArrayList<>();
        TrainingResult result = train(
                TrainingRun.begin(configuration(yaml), digits(600, 200), machine, () -> folder.resolve("run"), null),
                () -> false,
                epochs);
        assertEquals(result.predictedBytes(), result.peakBytes());
        assertEquals(0, machine.ledger().currentBytes());
        assertTrue(epochs.getFirst().trainLoss() < Math.log(10) * 1.1, "a cross-entropy starts at ln 10");
        assertTrue(epochs.getLast().trainLoss() < 0.75 * epochs.getFirst().trainLoss(), epochs.toString());
        assertTrue(epochs.getLast().testErrorPercent() < 35, epochs.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 6})
    void aRunStoppedAnywhereGoesOnToTheSameEnd(int questions) {
        Configuration configuration = configuration(RATE);
        Dataset dataset = digits(50, 10);
        train(
                TrainingRun.begin(configuration, dataset, machine(2), () -> folder.resolve("whole"), null),
                () -> false,
                new ArrayList<>());
        AtomicInteger asked = new AtomicInteger();
        TrainingResult stopped = train(
                TrainingRun.begin(configuration, dataset, machine(1), () -> folder.resolve("run"), null),
                () -> asked.getAndIncrement() >= questions,
                new ArrayList<>());
        assertFalse(stopped.complete());
        RunDirectory directory = RunDirectory.open(folder.resolve("run"));
        TrainingRun resumed = TrainingRun.resume(directory, directory.configuration(List.of()), dataset, machine(2));
        assertTrue(train(resumed, () -> false, new ArrayList<>()).complete());
        assertSameTensors("last.safetensors");
    }

    private void assertSameTensors(String file) {
        try (SafetensorsFile expected =
                        SafetensorsFile.open(folder.resolve("whole").resolve(file));
                SafetensorsFile found =
                        SafetensorsFile.open(folder.resolve("run").resolve(file))) {
            assertEquals(expected.tensors().keySet(), found.tensors().keySet());
            assertTrue(expected.tensors().containsKey("optimizer.layers.2.weight.second-moment"));
            for (String name : expected.tensors().keySet()) {
                assertArrayEquals(expected.bytes(name), found.bytes(name), name);
            }
        }
    }

    @Test
    void theReadoutIsTheLastLayerOfTheParameters() {
        TrainingRun.begin(configuration(RATE), digits(20, 10), machine(1), () -> folder.resolve("run"), null)
                .close();
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("run/last.safetensors"))) {
            assertEquals(320, file.floats("layers.2.weight").length);
            assertEquals(10, file.floats("layers.2.bias").length);
        }
    }
}

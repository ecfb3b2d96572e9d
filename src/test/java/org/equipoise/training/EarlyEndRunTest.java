package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

/** Runs whose phases end early for images that have settled. */
class EarlyEndRunTest {
    private static final String YAML = """
            network: {input: [1, 28, 28], layers: [{conv: 8, kernel: 5, stride: 2, pool: avg2}, {linear: 32}, {linear: 10}]}
            neuron: {kind: sigma-delta, epsilon: 0.3, lambda: 0.6}
            phases: {free: 40, nudge: 15, beta: 0.5, settle: {tolerance: 0.015, window: 5}}
            learning: {rates: [0.1, 0.1, 0.1]}
            training: {batch: 20, epochs: 2}
            """;
    private static final int TRAIN = 50;
    private static final int TEST = 10;
    private static final long STEPS = 2 * (TRAIN * (40 + 2 * 15) + TEST * 40);

    @TempDir
    Path folder;

    private static Configuration configuration() {
        return ConfigurationReader.read(YAML, "test", List.of());
    }

    private Dataset digits() {
        return new Catalogue(folder.resolve("none"), List.of())
                .open("digits")
                .limitTrain(TRAIN)
                .limitTest(TEST);
    }

    private static Machine machine(int threads) {
        return new Machine(KernelSelection.ofThisJvm().kernels(), threads, Ledger.unlimited());
    }

    private static TrainingResult train(TrainingRun run, BooleanSupplier stop) {
        try (run) {
            return run.train(stop, Duration.ofDays(1), TrainingListener.SILENT);
        }
    }

    private TrainingRun begin(String name, int threads) {
        return TrainingRun.begin(configuration(), digits(), machine(threads), () -> folder.resolve(name), null);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 6})
    void aRunStoppedAnywhereGoesOnToTheSameEnd(int questions) {
        TrainingResult whole = train(begin("whole", 2), () -> false);
        AtomicInteger asked = new AtomicInteger();
        TrainingResult stopped = train(begin("run", 1), () -> asked.getAndIncrement() >= questions);
        assertFalse(stopped.complete());
        RunDirectory directory = RunDirectory.open(folder.resolve("run"));
        TrainingResult resumed = train(
                TrainingRun.resume(directory, directory.configuration(List.of()), digits(), machine(3)), () -> false);
        assertTrue(resumed.complete());
        try (SafetensorsFile expected = SafetensorsFile.open(folder.resolve("whole/last.safetensors"));
                SafetensorsFile found = SafetensorsFile.open(folder.resolve("run/last.safetensors"))) {
            assertEquals(expected.tensors().keySet(), found.tensors().keySet());
            for (String name : expected.tensors().keySet()) {
                assertArrayEquals(expected.bytes(name), found.bytes(name), name);
            }
        }
        assertEquals(whole.progress().sampleSteps(), resumed.progress().sampleSteps());
        assertEquals(whole.progress().stepsSaved(), resumed.progress().stepsSaved());
        assertEquals(whole.predictedBytes(), whole.peakBytes());
    }

    @Test
    void stepsTakenAndSavedAreThoseOfThePhases() throws IOException {
        TrainingResult result = train(begin("run", 2), () -> false);
        Progress progress = result.progress();
        assertEquals(STEPS, progress.sampleSteps() + progress.stepsSaved());
        assertTrue(progress.stepsSaved() > 0 && progress.sampleSteps() > 0, progress.toString());
        RunDirectory directory = RunDirectory.open(folder.resolve("run"));
        EpochMetrics last = directory.metrics(2);
        assertEquals(progress.sampleSteps(), last.sampleSteps());
        assertEquals(100.0 * progress.stepsSaved() / STEPS, last.stepsSavedPercent(), 1e-9);
        assertTrue(last.freeStepsSavedPercent() > 0 && last.nudgeStepsSavedPercent() >= 0, last.toString());
        List<String> csv = Files.readAllLines(folder.resolve("run/metrics.csv"));
        assertEquals(csv.get(0).split(",", -1).length, csv.get(1).split(",", -1).length);
        assertTrue(csv.get(0).contains(",stepsSavedPercent,freeStepsSavedPercent,nudgeStepsSavedPercent,"));
    }

    @Test
    void metricsOfAnEarlierVersionSavedNothing() throws IOException {
        train(begin("run", 1), () -> false);
        Path file = folder.resolve("run/metrics.jsonl");
        List<String> older = Files.readAllLines(file).stream()
                .map(line -> line.replaceAll(",\"\\w*[sS]tepsSavedPercent\":[^,}]*", ""))
                .toList();
        assertFalse(older.toString().contains("SavedPercent"));
        Files.write(file, older);
        EpochMetrics last = RunDirectory.open(folder.resolve("run")).metrics(2);
        assertEquals(0, last.stepsSavedPercent());
        assertTrue(last.sampleSteps() > 0);
    }
}

package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import org.equipoise.data.Dataset;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingRunTest {
    private static final int BATCHES = 5;
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Configuration CONFIGURATION = ConfigurationReader.read("""
            network: {input: [1, 6, 6], layers: [{conv: 3, kernel: 3, pool: avg2}, {linear: 3}], upsampling: exact}
            neuron: {kind: sigma-delta, epsilon: 0.3, lambda: 0.6}
            phases: {free: 8, nudge: 4, beta: 0.9}
            learning: {rates: [0.2, 0.1], momentum: 0.9, rate-schedule: cosine}
            training: {batch: 4, epochs: 3}
            """, "test", List.of());

    @TempDir
    Path folder;

    private static ImageSet images(int count, int shade) {
        byte[] pixels = new byte[count * 36];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % 3);
            for (int p = 0; p < 36; p++) {
                pixels[i * 36 + p] = (byte) ((p + i) % (labels[i] + 2) == 0 ? 255 : shade);
            }
        }
        return ImageSet.of(
                "stripes", new IdxArray(new int[] {count, 6, 6}, pixels), new IdxArray(new int[] {count}, labels), 3);
    }

    private static Dataset dataset(int shade) {
        return new Dataset("stripes", images(18, shade), images(9, shade), List.of("0", "1", "2"), "none", "made here");
    }

    private static Machine machine() {
        return new Machine(KernelSelection.ofThisJvm().kernels(), 2, Ledger.unlimited());
    }

    private TrainingRun begin(String name) {
        return begin(name, CONFIGURATION);
    }

    private TrainingRun begin(String name, Configuration configuration) {
        return TrainingRun.begin(configuration, dataset(0), machine(), () -> folder.resolve(name), null);
    }

    private TrainingRun resume(String name) {
        RunDirectory directory = RunDirectory.open(folder.resolve(name));
        return TrainingRun.resume(directory, directory.configuration(List.of()), dataset(0), machine());
    }

    private static TrainingResult train(TrainingRun run, BooleanSupplier stop) {
        try (run) {
            return run.train(stop, NEVER, TrainingListener.SILENT);
        }
    }

    private void assertSameEnd(String expected, String found) throws IOException {
        for (String file : List.of("last.safetensors", "best.safetensors")) {
            try (SafetensorsFile a =
                            SafetensorsFile.open(folder.resolve(expected).resolve(file));
                    SafetensorsFile b =
                            SafetensorsFile.open(folder.resolve(found).resolve(file))) {
                for (String name : a.tensors().keySet()) {
                    assertArrayEquals(a.bytes(name), b.bytes(name), file + " " + name);
                }
            }
        }
        List<String> lines = Files.readAllLines(folder.resolve(expected).resolve("metrics.csv"));
        assertEquals(
                lines.size(),
                Files.readAllLines(folder.resolve(found).resolve("metrics.csv")).size());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 8})
    void backpropagationGoesOnToTheSameEnd(int questions) throws IOException {
        String yaml = CONFIGURATION.toYaml();
        Configuration configuration = ConfigurationReader.read(
                yaml, "test", List.of("learning.algorithm=bptt", "learning.tape=checkpointed"));
        train(begin("whole", configuration), () -> false);
        AtomicInteger asked = new AtomicInteger();
        train(begin("run", configuration), () -> asked.getAndIncrement() >= questions);
        TrainingResult result = train(resume("run"), () -> false);
        assertTrue(result.complete());
        assertEquals(result.predictedBytes(), result.peakBytes());
        assertSameEnd("whole", "run");
    }

    /** The question is asked before each batch and once before the test: every place a run can stop at. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 5, 6, 7, 11, 12, 17})
    void aRunStoppedAnywhereGoesOnToTheSameEnd(int questions) throws IOException {
        train(begin("whole"), () -> false);
        AtomicInteger asked = new AtomicInteger();
        TrainingResult stopped = train(begin("run"), () -> asked.getAndIncrement() >= questions);
        assertFalse(stopped.complete());
        assertEquals(questions / (BATCHES + 1), stopped.progress().epoch());
        TrainingResult result = train(resume("run"), () -> false);
        assertTrue(result.complete());
        assertSameEnd("whole", "run");
        assertEquals(3, assertNotNullAnd(result.lastEpoch()).firingRates().size());
    }

    private static <T> T assertNotNullAnd(T value) {
        assertNotNull(value);
        return value;
    }

    @Test
    void aRunStoppedBeforeEveryBatchStillArrives() throws IOException {
        train(begin("whole"), () -> false);
        boolean complete = train(begin("run"), () -> true).complete();
        int rounds = 0;
        while (!complete) {
            AtomicInteger asked = new AtomicInteger();
            complete = train(resume("run"), () -> asked.getAndIncrement() >= 1).complete();
            assertTrue(++rounds < 100);
        }
        assertSameEnd("whole", "run");
    }

    @Test
    void aCopyMadeBetweenBatchesIsARunToo() throws IOException {
        train(begin("whole"), () -> false);
        AtomicInteger batches = new AtomicInteger();
        try (TrainingRun run = begin("run")) {
            run.train(() -> false, Duration.ZERO, new TrainingListener() {
                @Override
                public void batchDone(Progress progress, int all, double[] rates, double speed) {
                    if (batches.incrementAndGet() == 8) {
                        copy();
                    }
                }
            });
        }
        assertEquals(7, updates(folder.resolve("copy/last.safetensors")), "saved after the batch before");
        train(resume("copy"), () -> false);
        assertSameEnd("whole", "copy");
    }

    private void copy() {
        try {
            Files.createDirectory(folder.resolve("copy"));
            try (var files = Files.list(folder.resolve("run"))) {
                for (Path file : files.toList()) {
                    Files.copy(file, folder.resolve("copy").resolve(file.getFileName()));
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static int updates(Path checkpoint) {
        try (SafetensorsFile file = SafetensorsFile.open(checkpoint)) {
            return BATCHES * Integer.parseInt(file.metadata().get("equipoise.progress.epoch"))
                    + Integer.parseInt(file.metadata().get("equipoise.progress.batch"));
        }
    }

    @Test
    void anUnbegunRunCanBeResumed() throws IOException {
        train(begin("whole"), () -> false);
        begin("run").close();
        assertTrue(train(resume("run"), () -> false).complete());
        assertSameEnd("whole", "run");
    }

    @Test
    void memoryIsAsPredictedAndGivenBack() {
        Machine machine = machine();
        TrainingResult result = train(
                TrainingRun.begin(CONFIGURATION, dataset(0), machine, () -> folder.resolve("run"), null), () -> false);
        assertEquals(result.predictedBytes(), result.peakBytes());
        assertEquals(0, machine.ledger().currentBytes());
    }

    @Test
    void twoProcessesCannotTrainTheSameRun() {
        TrainingRun run = begin("run");
        BadInputException refused = assertThrows(BadInputException.class, () -> resume("run"));
        assertTrue(refused.getMessage().contains("another process"), refused.getMessage());
        run.close();
        resume("run").close();
    }

    @Test
    void otherImagesAreRefused() {
        begin("run").close();
        RunDirectory directory = RunDirectory.open(folder.resolve("run"));
        Machine machine = machine();
        BadInputException refused = assertThrows(
                BadInputException.class, () -> TrainingRun.resume(directory, CONFIGURATION, dataset(9), machine));
        assertTrue(refused.getMessage().contains("'stripes'"), refused.getMessage());
        assertEquals(0, machine.ledger().currentBytes());
    }

    @Test
    void metricsOfEpochsThatAreNotThereAreNull() {
        begin("run").close();
        RunDirectory directory = RunDirectory.open(folder.resolve("run"));
        assertNull(directory.metrics(0));
        assertNull(directory.metrics(1));
    }

    @Test
    void freshFoldersNeverMeet() {
        Path first = RunDirectory.fresh(folder.resolve("runs"), "now");
        Path second = RunDirectory.fresh(folder.resolve("runs"), "now");
        assertEquals(folder.resolve("runs/now"), first);
        assertEquals(folder.resolve("runs/now-2"), second);
    }
}

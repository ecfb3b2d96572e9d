package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.Dataset;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightAverageTest {
    private static final float DECAY = 0.6f;
    private static final int EPOCHS = 3;

    @TempDir
    Path folder;

    private static Configuration configuration(float decay) {
        return ConfigurationReader.read("""
                network: {input: [1, 6, 6], layers: [{conv: 3, kernel: 3, pool: avg2}, {linear: 3}], upsampling: exact}
                neuron: {kind: sigma-delta, epsilon: 0.3, lambda: 0.6}
                phases: {free: 8, nudge: 4, beta: 0.9}
                learning: {rates: [2, 1], momentum: 0.9, weight-average: %s}
                training: {batch: 6, epochs: %d}
                """.formatted(decay, EPOCHS), "test", List.of());
    }

    private static Dataset dataset() {
        byte[] pixels = new byte[18 * 36];
        byte[] labels = new byte[18];
        for (int i = 0; i < 18; i++) {
            labels[i] = (byte) (i % 3);
            for (int p = 0; p < 36; p++) {
                pixels[i * 36 + p] = (byte) ((p + i) % (labels[i] + 2) == 0 ? 255 : 0);
            }
        }
        ImageSet images = ImageSet.of(
                "stripes", new IdxArray(new int[] {18, 6, 6}, pixels), new IdxArray(new int[] {18}, labels), 3);
        return new Dataset("stripes", images, images, List.of("0", "1", "2"), "none", "made here");
    }

    private static Machine machine() {
        return new Machine(KernelSelection.ofThisJvm().kernels(), 2, Ledger.unlimited());
    }

    /** Trains, and hands over after every batch. */
    private static void train(Trainer trainer, Runnable afterBatch) {
        while (!trainer.finished()) {
            assertNotNull(trainer.trainEpoch(() -> false, TrainingListener.SILENT, afterBatch));
        }
    }

    private static float[] all(Parameters parameters) {
        float[] values = new float[0];
        for (int l = 0; l < parameters.topology().connections().size(); l++) {
            for (float[] part : List.of(parameters.weights(l), parameters.biases(l))) {
                int before = values.length;
                values = Arrays.copyOf(values, before + part.length);
                System.arraycopy(part, 0, values, before, part.length);
            }
        }
        return values;
    }

    private static float[] model(Path file) {
        try (Parameters parameters =
                Parameters.open(Topology.of(configuration(0).network()), Ledger.unlimited())) {
            new ModelFile(file).read(parameters);
            return all(parameters);
        }
    }

    @Test
    void theModelIsTheRunningMeanAndLearningGoesOnFromTheParametersThemselves() {
        Machine machine = machine();
        Path checkpoint = folder.resolve("c.safetensors");
        try (TrainingState state =
                        TrainingState.open(configuration(0), dataset().train(), machine);
                TrainingState averaged =
                        TrainingState.open(configuration(DECAY), dataset().train(), machine)) {
            Trainer plain = new Trainer(configuration(0), dataset(), machine, state);
            Trainer averaging = new Trainer(configuration(DECAY), dataset(), machine, averaged);
            float[] mean = all(plain.state().parameters());
            int[] updates = {0};
            train(plain, () -> {
                float[] values = all(plain.state().parameters());
                updates[0]++;
                float share = 1f - Math.min(DECAY, (float) updates[0] / (updates[0] + 9));
                for (int i = 0; i < mean.length; i++) {
                    mean[i] = mean[i] + share * (values[i] - mean[i]);
                }
            });
            train(averaging, () -> {});
            assertArrayEquals(
                    all(plain.state().parameters()), all(averaging.state().parameters()));
            Provenance provenance = Provenance.of(dataset(), machine.kernels(), machine.threads());
            Checkpoint.writeBest(checkpoint, RunOrigin.ofNewRun(configuration(DECAY), provenance), averaging);
            assertArrayEquals(mean, model(checkpoint));
            assertArrayEquals(
                    all(plain.state().parameters()), all(averaging.state().parameters()), "after the checkpoint");
            assertFalse(Arrays.equals(mean, all(plain.state().parameters())));
            double tested = averaging
                    .evaluate(dataset().test(), () -> false, TrainingListener.SILENT)
                    .loss();
            new ModelFile(checkpoint).read(plain.state().parameters());
            plain.resume(Progress.START);
            assertEquals(
                    plain.evaluate(dataset().test(), () -> false, TrainingListener.SILENT)
                            .loss(),
                    tested);
            assertArrayEquals(all(averaging.state().parameters()), unaveraged(checkpoint));
        }
    }

    private static float[] unaveraged(Path checkpoint) {
        Machine machine = machine();
        try (TrainingState state =
                TrainingState.open(configuration(DECAY), dataset().train(), machine)) {
            Trainer resumed = new Trainer(configuration(DECAY), dataset(), machine, state);
            Checkpoint.resume(checkpoint, resumed);
            return all(resumed.state().parameters());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7})
    void stoppedAndResumedItEndsWithTheSameBits(int batches) throws Exception {
        try (TrainingRun whole =
                TrainingRun.begin(configuration(DECAY), dataset(), machine(), () -> folder.resolve("whole"), null)) {
            whole.train(() -> false, Duration.ofDays(1), TrainingListener.SILENT);
        }
        AtomicInteger asked = new AtomicInteger();
        BooleanSupplier stop = () -> asked.getAndIncrement() == batches;
        try (TrainingRun first =
                TrainingRun.begin(configuration(DECAY), dataset(), machine(), () -> folder.resolve("cut"), null)) {
            first.train(stop, Duration.ofDays(1), TrainingListener.SILENT);
        }
        try (TrainingRun second = TrainingRun.resume(
                RunDirectory.open(folder.resolve("cut")), configuration(DECAY), dataset(), machine())) {
            second.train(() -> false, Duration.ofDays(1), TrainingListener.SILENT);
        }
        assertArrayEquals(
                model(folder.resolve("whole/last.safetensors")), model(folder.resolve("cut/last.safetensors")));
        assertArrayEquals(
                unaveraged(folder.resolve("whole/last.safetensors")),
                unaveraged(folder.resolve("cut/last.safetensors")));
        assertEquals(
                Files.readAllLines(folder.resolve("whole/metrics.jsonl")).size(),
                Files.readAllLines(folder.resolve("cut/metrics.jsonl")).size());
    }

    @Test
    void itsMemoryIsForeseen() {
        Ledger ledger = Ledger.unlimited();
        long predicted = TrainingState.plans(configuration(DECAY), 2, 0).stream()
                .mapToLong(plan -> plan.totalBytes())
                .sum();
        Machine machine = new Machine(machine().kernels(), 2, ledger);
        try (TrainingState state =
                TrainingState.open(configuration(DECAY), dataset().train(), machine)) {
            Trainer trainer = new Trainer(configuration(DECAY), dataset(), machine, state);
            assertEquals(predicted, ledger.peakBytes());
            assertEquals(0, trainer.progress().epoch());
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1f, -0.1f, Float.NaN})
    void whatWouldKeepEverythingOrNothingIsRefused(float decay) {
        assertThrows(BadInputException.class, () -> configuration(decay));
    }
}

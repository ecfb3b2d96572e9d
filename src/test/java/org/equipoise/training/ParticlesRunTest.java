package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.Catalogue;
import org.equipoise.data.Dataset;
import org.equipoise.data.ExampleOrder;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.BudgetExceededException;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Initialiser;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose examples go on settling where they were in the epoch before. */
class ParticlesRunTest {
    private static final String SYSTEM = """
            network: {input: [1, 28, 28], layers: [{linear: 12}, {linear: 10}]}
            neuron: {kind: rate, epsilon: 0.5, activation: clip}
            phases: {free: 3, nudge: 2, beta: 0.5, scheme: random-sign}
            learning: {loss: squared-error, rates: [0.1, 0.05]}
            training: {batch: 8, epochs: 3, seed: 6, initial: glorot, particles: memory}
            """;

    @TempDir
    Path folder;

    private static Configuration configuration(String... overrides) {
        return ConfigurationReader.read(SYSTEM, "test", List.of(overrides));
    }

    private Dataset digits(int train) {
        return new Catalogue(folder.resolve("none"), List.of())
                .open("digits")
                .limitTrain(train)
                .limitTest(5);
    }

    private static Machine machine(int threads) {
        return new Machine(KernelSelection.ofThisJvm().kernels(), threads, Ledger.unlimited());
    }

    private TrainingResult begin(String name, Configuration configuration, int threads, BooleanSupplier stop) {
        Machine machine = machine(threads);
        try (TrainingRun run =
                TrainingRun.begin(configuration, digits(44), machine, () -> folder.resolve(name), null)) {
            return run.train(stop, Duration.ofDays(1), TrainingListener.SILENT);
        }
    }

    private float[] tensor(String run, String name) {
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(run).resolve("last.safetensors"))) {
            return file.floats(name);
        }
    }

    @ParameterizedTest
    @CsvSource({"memory, 1", "memory, 5", "memory, 9", "file, 4", "file, 11"})
    void aRunStoppedAnywhereGoesOnToTheSameEnd(String store, int questions) {
        Configuration configuration = configuration("training.particles=" + store);
        TrainingResult whole = begin("whole", configuration, 1, () -> false);
        assertEquals(whole.predictedBytes(), whole.peakBytes());
        AtomicInteger asked = new AtomicInteger();
        assertFalse(begin("run", configuration, 2, () -> asked.getAndIncrement() >= questions)
                .complete());
        RunDirectory directory = RunDirectory.open(folder.resolve("run"));
        try (TrainingRun run =
                TrainingRun.resume(directory, directory.configuration(List.of()), digits(44), machine(2))) {
            assertTrue(run.train(() -> false, Duration.ofDays(1), TrainingListener.SILENT)
                    .complete());
        }
        for (String name : List.of("layers.0.weight", "layers.1.bias", "particles.l1", "particles.l2")) {
            assertArrayEquals(tensor("whole", name), tensor("run", name), name);
        }
        assertEquals(44 * 16, tensor("run", "particles.l1").length, "one row an example, padded");
    }

    @Test
    void memoryAndFileAreTheSameAndNoneIsNot() {
        begin("memory", configuration(), 2, () -> false);
        begin("file", configuration("training.particles=file"), 1, () -> {
            // Its space is taken, and its name is gone.
            assertEquals(List.of(), new RunDirectory(folder.resolve("file")).unfinished());
            return false;
        });
        begin("none", configuration("training.particles=none"), 2, () -> false);
        float[] memory = tensor("memory", "layers.0.weight");
        assertArrayEquals(memory, tensor("file", "layers.0.weight"));
        assertFalse(Arrays.equals(memory, tensor("none", "layers.0.weight")));
    }

    @Test
    void particlesInMemoryCountAndThoseInAFileDoNot() {
        Topology topology = Topology.of(configuration().network());
        assertEquals(
                16 + 16, (topology.layout(1).floatStride() + topology.layout(2).floatStride()));
        long without = bytes(configuration("training.particles=none"));
        assertEquals(without + 44 * (16 + 16) * 4, bytes(configuration()));
        assertEquals(without, bytes(configuration("training.particles=file")));
        BudgetExceededException refused = assertThrows(
                BudgetExceededException.class,
                () -> TrainingState.requireMemory(configuration(), 1, 44, new Ledger(without)));
        assertNotNull(refused.getMessage());
    }

    private static long bytes(Configuration configuration) {
        return TrainingState.plans(configuration, 1, 44).stream()
                .mapToLong(MemoryPlan::totalBytes)
                .sum();
    }

    @Test
    void aCheckpointWithoutParticlesIsRefused() {
        begin("run", configuration("training.particles=none"), 1, () -> false);
        RunDirectory directory = RunDirectory.open(folder.resolve("run"));
        BadInputException refused = assertThrows(
                BadInputException.class,
                () -> TrainingRun.resume(
                        directory,
                        directory.configuration(List.of("training.particles=memory", "training.epochs=4")),
                        digits(44),
                        machine(1)));
        assertTrue(refused.getMessage().contains("particles.l1"), refused.getMessage());
    }

    /** The algorithm written out with arrays, in double precision and with the squared error that has no half. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void trainingIsTheAlgorithmWrittenOut(int epochs) {
        Configuration configuration = configuration("training.epochs=" + epochs);
        begin("run", configuration, 2, () -> false);
        Dataset digits = digits(44);
        Written written = new Written(configuration);
        for (int epoch = 0; epoch < epochs; epoch++) {
            int[] order = new ExampleOrder(6, 44).epoch(epoch);
            for (int first = 0; first < 44; first += 8) {
                int update = epoch * 6 + first / 8;
                boolean positive = (new CounterRandom(6, 1L << 42).bits(update) & 1) == 0;
                written.learn(digits, order, first, Math.min(44, first + 8), positive ? 0.5 : -0.5);
            }
        }
        assertClose(written.first, tensor("run", "layers.0.weight"));
        assertClose(written.second, tensor("run", "layers.1.weight"));
        assertClose(new double[][] {written.firstBias}, tensor("run", "layers.0.bias"));
        assertClose(new double[][] {written.secondBias}, tensor("run", "layers.1.bias"));
    }

    private static void assertClose(double[][] expected, float[] found) {
        int width = expected[0].length;
        for (int i = 0; i < found.length; i++) {
            assertEquals(expected[i / width][i % width], found[i], 1e-5);
        }
    }

    /** Scellier and Bengio's training of a network with one hidden layer. */
    private static final class Written {
        private final double[][] first = new double[12][784];
        private final double[][] second = new double[10][12];
        private final double[] firstBias = new double[12];
        private final double[] secondBias = new double[10];
        private final double[][] hidden = new double[44][12];
        private final double[][] output = new double[44][10];

        Written(Configuration configuration) {
            try (Parameters drawn = Parameters.open(Topology.of(configuration.network()), Ledger.unlimited())) {
                Initialiser.of(configuration.training()).fill(drawn);
                copy(drawn.weights(0), first);
                copy(drawn.weights(1), second);
            }
        }

        private static void copy(float[] from, double[][] to) {
            for (int i = 0; i < from.length; i++) {
                to[i / to[0].length][i % to[0].length] = from[i];
            }
        }

        void learn(Dataset digits, int[] order, int from, int end, double beta) {
            double[][] changeOfFirst = new double[12][784];
            double[][] changeOfSecond = new double[10][12];
            double[] changeOfFirstBias = new double[12];
            double[] changeOfSecondBias = new double[10];
            for (int i = from; i < end; i++) {
                int example = order[i];
                double[] x = new double[784];
                for (int pixel = 0; pixel < 784; pixel++) {
                    x[pixel] = digits.train().pixel(example, pixel / 28, pixel % 28, 0) / 255.0;
                }
                double[] h = hidden[example];
                double[] o = output[example];
                for (int step = 0; step < 3; step++) {
                    step(x, h, o, 0, 0);
                }
                double[] nudgedHidden = h.clone();
                double[] nudgedOutput = o.clone();
                for (int step = 0; step < 2; step++) {
                    step(x, nudgedHidden, nudgedOutput, beta, digits.train().label(example));
                }
                double scale = 1 / (beta * (end - from));
                for (int j = 0; j < 12; j++) {
                    changeOfFirstBias[j] += scale * (nudgedHidden[j] - h[j]);
                    for (int pixel = 0; pixel < 784; pixel++) {
                        changeOfFirst[j][pixel] += scale * (nudgedHidden[j] - h[j]) * x[pixel];
                    }
                }
                for (int k = 0; k < 10; k++) {
                    changeOfSecondBias[k] += scale * (nudgedOutput[k] - o[k]);
                    for (int j = 0; j < 12; j++) {
                        changeOfSecond[k][j] += scale * (nudgedOutput[k] * nudgedHidden[j] - o[k] * h[j]);
                    }
                }
            }
            add(0.1, changeOfFirst, first);
            add(0.05, changeOfSecond, second);
            add(0.1, new double[][] {changeOfFirstBias}, new double[][] {firstBias});
            add(0.05, new double[][] {changeOfSecondBias}, new double[][] {secondBias});
        }

        private static void add(double rate, double[][] change, double[][] weights) {
            for (int i = 0; i < weights.length; i++) {
                for (int j = 0; j < weights[i].length; j++) {
                    weights[i][j] += rate * change[i][j];
                }
            }
        }

        private void step(double[] x, double[] h, double[] o, double beta, int label) {
            double[] oldHidden = h.clone();
            double[] oldOutput = o.clone();
            for (int j = 0; j < 12; j++) {
                double drive = firstBias[j];
                for (int pixel = 0; pixel < 784; pixel++) {
                    drive += first[j][pixel] * x[pixel];
                }
                for (int k = 0; k < 10; k++) {
                    drive += second[k][j] * oldOutput[k];
                }
                h[j] = Math.clamp(oldHidden[j] + 0.5 * (drive - oldHidden[j]), 0.0, 1.0);
            }
            for (int k = 0; k < 10; k++) {
                double drive = secondBias[k] + 2 * beta * ((k == label ? 1 : 0) - oldOutput[k]);
                for (int j = 0; j < 12; j++) {
                    drive += second[k][j] * oldHidden[j];
                }
                o[k] = Math.clamp(oldOutput[k] + 0.5 * (drive - oldOutput[k]), 0.0, 1.0);
            }
        }
    }
}

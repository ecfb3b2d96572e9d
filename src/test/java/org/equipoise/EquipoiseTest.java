package org.equipoise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.Catalogue;
import org.equipoise.data.Dataset;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.BudgetExceededException;
import org.equipoise.memory.Ledger;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.Machine;
import org.equipoise.training.TrainingListener;
import org.equipoise.training.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an embedded network learns, answers and holds. */
class EquipoiseTest {
    private static final int COUNT = 24;
    private static final boolean VECTORS = KernelSelection.ofThisJvm().vector();
    private static final float[] IMAGES = Stripes.images(COUNT);
    private static final int[] LABELS = Stripes.labels(COUNT);

    @TempDir
    Path folder;

    private static List<float[]> parameters(Equipoise network) {
        List<float[]> all = new ArrayList<>();
        for (int l = 0; l < 3; l++) {
            all.add(network.weights(l));
            all.add(network.biases(l));
        }
        return all;
    }

    private static void assertSame(List<float[]> expected, List<float[]> found) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i), "tensor " + i);
        }
    }

    /** The bundled digits through the run directory of the command line, and the same as the caller's numbers. */
    @Test
    void learnsToTheBitWhatTheCommandLineLearns() {
        String yaml = """
                network: {input: [1, 28, 28], layers: [{conv: 3, kernel: 5, stride: 2, pool: avg2}, {linear: 8}, {linear: 10}]}
                phases: {free: 6, nudge: 4, beta: 0.9}
                learning: {rates: [0.2, 0.1, 0.1], momentum: 0.5, rate-schedule: cosine}
                training: {batch: 8, epochs: 2, seed: 5}
                """;
        Dataset dataset =
                Catalogue.fromEnvironment().open("digits").limitTrain(COUNT).limitTest(10);
        List<EpochMetrics> expected = new ArrayList<>();
        Path run = folder.resolve("run");
        Machine machine = new Machine(Kernels.scalar(), 1, Ledger.unlimited());
        try (TrainingRun training = TrainingRun.begin(
                ConfigurationReader.read(yaml, "test", List.of()), dataset, machine, () -> run, null)) {
            training.train(() -> false, Duration.ofDays(1), new TrainingListener() {
                @Override
                public void epochDone(EpochMetrics metrics) {
                    expected.add(metrics);
                }
            });
        }
        DataSet digits = DataSet.digits().limit(COUNT, 10);
        float[] pixels = new float[COUNT * 28 * 28];
        int[] labels = new int[COUNT];
        for (int i = 0; i < COUNT; i++) {
            System.arraycopy(digits.trainImage(i), 0, pixels, i * 28 * 28, 28 * 28);
            labels[i] = digits.trainLabel(i);
        }
        try (Equipoise file = Equipoise.model(run).open();
                Equipoise set = Equipoise.yaml(yaml).open();
                Equipoise numbers = Equipoise.yaml(yaml).threads(3).open()) {
            List<EpochReport> reports = set.training(digits).run();
            numbers.train(pixels, labels);
            assertSame(parameters(file), parameters(set));
            assertSame(parameters(file), parameters(numbers));
            for (int e = 0; e < expected.size(); e++) {
                assertEquals(expected.get(e).trainErrorPercent(), reports.get(e).trainErrorPercent());
                assertEquals(expected.get(e).trainLoss(), reports.get(e).trainLoss());
                assertEquals(expected.get(e).testErrorPercent(), reports.get(e).testErrorPercent());
                assertEquals(expected.get(e).firingRates(), reports.get(e).firingRates());
                assertEquals(expected.get(e).sampleSteps(), reports.get(e).sampleSteps());
            }
            assertEquals(
                    expected.getLast().testErrorPercent(), set.evaluate(digits).errorPercent());
        }
    }

    @Test
    void colourImagesLieByChannelRowColumn() {
        String yaml =
                "network: {input: [2, 2, 3], layers: [{conv: 1, kernel: 1}, {linear: 2}]}\nphases: {free: 1, nudge: 1, beta: 1}";
        float[] image = {0f, 0.125f, 0.25f, 0.375f, 0.5f, 0.625f, 0.75f, 0.875f, 1f, 0.125f, 0.25f, 0.375f};
        try (Equipoise network = Equipoise.yaml(yaml + "\nneuron: {kind: rate}").open()) {
            network.setParameters(0, new float[] {0.5f, 0.25f}, new float[1]);
            LayerState layer = network.settle(image).layers().getFirst();
            for (int p = 0; p < 6; p++) {
                float expected = 0.5f * image[p] + 0.25f * image[6 + p];
                assertEquals(expected, layer.activation(0, p / 3, p % 3), "position " + p);
            }
        }
        // Learning sees the same: an image whose second channel is black moves no weights of that channel.
        try (Equipoise network =
                Equipoise.yaml(yaml).phases(8, 8, 0.5).rate(0.5, "clip").open()) {
            float[] before = {0.5f, 0.25f};
            network.setParameters(0, before, new float[] {0.1f});
            network.setParameters(
                    1,
                    new float[] {0.2f, 0.1f, 0.2f, 0.1f, 0.2f, 0.1f, 0.1f, 0.3f, 0.1f, 0.3f, 0.1f, 0.3f},
                    new float[] {0.1f, 0.1f});
            int[] labels = {0, 1};
            float[] both = new float[24];
            System.arraycopy(image, 0, both, 0, 6);
            System.arraycopy(image, 0, both, 12, 6);
            network.training(both, labels).epochs(3).run();
            assertNotEquals(before[0], network.weights(0)[0]);
            assertEquals(before[1], network.weights(0)[1]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sgd", "adam"})
    void twoTrainingsOfAnEpochAreOneOfTwo(String optimizer) {
        EquipoiseBuilder builder = Stripes.builder()
                .set("learning.momentum", optimizer.equals("sgd") ? 0.5 : 0)
                .set("learning.optimizer", optimizer);
        try (Equipoise whole = builder.open();
                Equipoise parts = builder.open()) {
            List<EpochReport> reports = whole.training(IMAGES, LABELS).epochs(2).run();
            parts.training(IMAGES, LABELS).epochs(1).run();
            EpochReport second = parts.training(IMAGES, LABELS).epochs(1).run().getFirst();
            assertSame(parameters(whole), parameters(parts));
            assertEquals(2, second.epoch());
            assertEquals(reports.get(1).sampleSteps(), second.sampleSteps());
            assertEquals(reports.get(1).trainLoss(), second.trainLoss());
        }
    }

    @Test
    void kernelsAreEachNetworksOwnAndAllGiveTheSame() {
        assumeTrue(VECTORS, "this machine has no vectors");
        try (Equipoise usual = Stripes.builder().open();
                Equipoise scalar = Stripes.builder()
                        .kernels(KernelChoice.SCALAR)
                        .threads(1)
                        .open();
                Equipoise vector =
                        Stripes.builder().kernels(KernelChoice.VECTOR).open()) {
            assertEquals(0, scalar.vectorBits());
            assertTrue(vector.vectorBits() >= 128, vector.kernelsReason());
            List<EpochReport> expected = scalar.train(IMAGES, LABELS);
            for (Equipoise other : List.of(usual, vector)) {
                List<EpochReport> found = other.train(IMAGES, LABELS);
                assertSame(parameters(scalar), parameters(other));
                assertEquals(expected.getLast().trainLoss(), found.getLast().trainLoss());
                assertArrayEquals(scalar.outputs(IMAGES), other.outputs(IMAGES));
            }
        }
    }

    @Test
    void holdsWhatItSaidItWouldHold() {
        Ledger ledger = Ledger.unlimited();
        try (Equipoise network = Stripes.builder().ledger(ledger).open()) {
            network.training(IMAGES, LABELS).test(IMAGES, LABELS).run();
            assertEquals(network.trainingBytes(), ledger.peakBytes());
            assertEquals(network.trainingBytes(), network.memory().currentBytes());
            network.evaluate(IMAGES, LABELS);
            network.settle(Stripes.image(0));
            assertEquals(network.trainingBytes(), ledger.currentBytes());
        }
        assertEquals(0, ledger.currentBytes());
    }

    @Test
    void aBudgetIsKeptToTheByte() {
        long bytes;
        try (Equipoise network = Stripes.builder().open()) {
            bytes = network.trainingBytes();
        }
        try (Equipoise network = Stripes.builder().maxMemory(bytes).open()) {
            assertEquals(2, network.train(IMAGES, LABELS).size());
            assertThrows(BudgetExceededException.class, () -> network.predictor(1));
        }
        Ledger ledger = new Ledger(bytes - 1);
        try (Equipoise network = Stripes.builder().ledger(ledger).open()) {
            List<float[]> before = parameters(network);
            long held = ledger.currentBytes();
            assertThrows(BudgetExceededException.class, () -> network.train(IMAGES, LABELS));
            assertSame(before, parameters(network));
            assertEquals(held, ledger.currentBytes());
        }
        assertThrows(
                BudgetExceededException.class,
                () -> Stripes.builder().maxMemory(100).open());
        assertEquals(0, ledger.currentBytes());
    }

    @Test
    void isSavedAndLoadedWithItsSettings() {
        Path file = folder.resolve("model.safetensors");
        try (Equipoise network = Stripes.builder().set("phases.free", 9).open()) {
            network.train(IMAGES, LABELS);
            network.save(file);
            try (Equipoise same = Equipoise.model(file).open();
                    Equipoise other = Stripes.builder().seed(8).open()) {
                assertEquals(network.settings(), same.settings());
                assertSame(parameters(network), parameters(same));
                assertArrayEquals(network.outputs(IMAGES), same.outputs(IMAGES));
                other.train(IMAGES, LABELS);
                other.load(file);
                assertSame(parameters(network), parameters(other));
                // The optimiser has forgotten what it did before, so that both go the same way from here.
                other.training(IMAGES, LABELS).epochs(1).run();
                try (Equipoise fresh = Stripes.builder().seed(8).open()) {
                    fresh.load(file);
                    fresh.training(IMAGES, LABELS).epochs(1).run();
                    assertSame(parameters(fresh), parameters(other));
                }
            }
        }
    }

    @Test
    void settlesOnOneImageAsAmongMany() {
        try (Equipoise network = Stripes.builder().open()) {
            float[][] outputs = network.outputs(IMAGES);
            for (int i : new int[] {0, COUNT - 1}) {
                NetworkState state = network.settle(Stripes.image(i));
                assertArrayEquals(outputs[i], state.outputs());
                assertArrayEquals(outputs[i], state.layers().getLast().activations());
                assertEquals(12, state.step());
                assertEquals(3, state.layers().size());
                assertEquals(4 * 3 * 3, state.layers().getFirst().spikes().length);
            }
        }
    }

    @Test
    void nudgingPullsTheOutputBothWaysFromTheSettledState() {
        try (Equipoise network = Stripes.builder().open()) {
            List<NetworkState> states = new ArrayList<>();
            network.trace(Stripes.image(0), 2, 5, states::add);
            List<String> course =
                    states.stream().map(s -> s.phase() + " " + s.step()).toList();
            assertEquals(
                    List.of(
                            "FREE 5",
                            "FREE 10",
                            "FREE 12",
                            "NUDGED_TOWARDS 5",
                            "NUDGED_TOWARDS 6",
                            "NUDGED_AWAY 5",
                            "NUDGED_AWAY 6"),
                    course);
            assertArrayEquals(
                    network.settle(Stripes.image(0)).outputs(), states.get(2).outputs());
            float towards = states.get(4).outputs()[2];
            float away = states.get(6).outputs()[2];
            assertTrue(towards > away, towards + " and " + away);
        }
    }

    @Test
    void aListenerEndsTrainingBetweenTwoBatches() {
        try (Equipoise network = Stripes.builder().open()) {
            List<BatchReport> batches = new ArrayList<>();
            List<EpochReport> reports = network.training(IMAGES, LABELS)
                    .epochs(5)
                    .listener(new ProgressListener() {
                        @Override
                        public void batchDone(BatchReport report) {
                            batches.add(report);
                        }

                        @Override
                        public boolean stops() {
                            return batches.size() == 6;
                        }
                    })
                    .run();
            assertEquals(1, reports.size());
            assertEquals(6, batches.size());
            assertEquals(1, batches.getLast().epoch());
            assertEquals(2, batches.getLast().batch());
            assertEquals(4, batches.getLast().batches());
            assertTrue(Double.isNaN(reports.getFirst().testErrorPercent()));
            assertEquals(4, reports.getFirst().firingRates().size());
            // The epoch that was left is begun anew.
            assertEquals(
                    2,
                    network.training(IMAGES, LABELS).epochs(1).run().getFirst().epoch());
        }
    }

    /** With a running mean of the parameters, that is what is tested, asked and saved, during training and after. */
    @Test
    void theModelIsTheOneThatWasTested() {
        Path file = folder.resolve("epoch.safetensors");
        try (Equipoise network =
                Stripes.builder().set("learning.weight-average", 0.9).open()) {
            List<EpochReport> reports = network.training(IMAGES, LABELS)
                    .test(IMAGES, LABELS)
                    .epochs(2)
                    .listener(new ProgressListener() {
                        @Override
                        public void epochDone(EpochReport report) {
                            assertEquals(
                                    report.testLoss(),
                                    network.evaluate(IMAGES, LABELS).loss());
                            network.save(file);
                        }
                    })
                    .run();
            assertEquals(
                    reports.getLast().testLoss(),
                    network.evaluate(IMAGES, LABELS).loss());
            try (Equipoise saved = Equipoise.model(file).open();
                    Equipoise without = Stripes.builder().open()) {
                assertSame(parameters(network), parameters(saved));
                without.training(IMAGES, LABELS).epochs(2).run();
                assertFalse(Arrays.equals(without.weights(2), network.weights(2)));
            }
        }
    }

    @Test
    void aListenerThatThrowsLeavesAUsableNetwork() {
        try (Equipoise network = Stripes.builder().open()) {
            ProgressListener failing = new ProgressListener() {
                @Override
                public void batchDone(BatchReport report) {
                    assertThrows(IllegalStateException.class, network::close);
                    assertThrows(IllegalStateException.class, () -> network.train(IMAGES, LABELS));
                    network.outputs(IMAGES);
                    throw new UnsupportedOperationException("enough");
                }
            };
            Training training = network.training(IMAGES, LABELS).listener(failing);
            assertThrows(UnsupportedOperationException.class, training::run);
            assertEquals(2, network.train(IMAGES, LABELS).size());
        }
    }

    @Test
    void anotherThreadIsRefusedAndAClosedNetworkSaysSo() throws Exception {
        Equipoise network = Stripes.builder().open();
        List<Throwable> refusals = new ArrayList<>();
        network.training(IMAGES, LABELS)
                .epochs(1)
                .listener(new ProgressListener() {
                    @Override
                    public void epochDone(EpochReport report) {
                        ExecutionException refusal = assertThrows(
                                ExecutionException.class,
                                () -> CompletableFuture.runAsync(() -> network.outputs(IMAGES))
                                        .get());
                        refusals.add(refusal.getCause());
                    }
                })
                .run();
        assertTrue(refusals.getFirst() instanceof IllegalStateException, refusals.toString());
        network.close();
        network.close();
        IllegalStateException closed =
                assertThrows(IllegalStateException.class, () -> network.settle(Stripes.image(0)));
        assertEquals("The network is closed", closed.getMessage());
    }

    @Test
    void segmentsMustBeReadableByEveryThread() {
        try (Equipoise network = Stripes.builder().open();
                Arena confined = Arena.ofConfined();
                Arena shared = Arena.ofShared()) {
            MemorySegment mine = confined.allocateFrom(ValueLayout.JAVA_FLOAT, IMAGES);
            MemorySegment ours = shared.allocateFrom(ValueLayout.JAVA_FLOAT, IMAGES);
            assertRefused("ofShared", () -> network.training(mine, LABELS));
            assertRefused("ofShared", () -> network.outputs(mine));
            assertArrayEquals(network.outputs(IMAGES), network.outputs(ours));
            assertEquals(network.evaluate(IMAGES, LABELS), network.evaluate(ours, LABELS));
            network.training(ours, LABELS).epochs(1).run();
            try (Equipoise same = Stripes.builder().open()) {
                same.training(IMAGES, LABELS).epochs(1).run();
                assertSame(parameters(same), parameters(network));
            }
        }
    }

    @Test
    void refusesInOneSentenceWhatIsNoImageLabelOrSetting() {
        try (Equipoise network = Stripes.builder().open()) {
            float[] image = Stripes.image(0);
            assertRefused("one of 1×8×8", () -> network.settle(new float[63]));
            assertRefused("64 float32 values", () -> network.train(new float[65], new int[] {1}));
            assertRefused("one or more of 1×8×8", () -> network.outputs(new float[0]));
            assertRefused("Label 0", () -> network.train(image, new int[] {3}));
            assertRefused("Label 0", () -> network.train(image, new int[] {-1}));
            assertRefused("at least one label", () -> network.train(new float[0], new int[0]));
            assertRefused(
                    "epochs",
                    () -> network.training(image, new int[1]).epochs(0).run());
            assertRefused("states", () -> network.predictor(0));
            assertRefused("every 0 steps", () -> network.trace(image, 0, state -> {}));
            assertRefused("class 3", () -> network.trace(image, 3, 1, state -> {}));
            assertRefused("weights", () -> network.setParameters(0, new float[1], new float[4]));
            assertRefused("missing.safetensors", () -> network.load(folder.resolve("missing.safetensors")));
            image[13] = Float.NaN;
            assertRefused("row 1, column 5", () -> network.settle(image));
            assertRefused("Image 0", () -> network.train(image, new int[1]));
            image[13] = 1.5f;
            assertRefused("1.5", () -> network.outputs(image));
            assertRefused(
                    "network.input", () -> network.training(DataSet.digits()).run());
        }
        assertRefused(
                "perhaps 'free'", () -> Stripes.builder().set("phases.fre", 3).open());
        assertRefused(
                "(set phases.beta=-1.0 line 1)",
                () -> Stripes.builder().phases(3, 3, -1).open());
        assertRefused("threads", () -> Stripes.builder().threads(0).open());
        assertRefused("budget", () -> Stripes.builder().maxMemory(-1));
        assertRefused("perhaps 'quick'", () -> Equipoise.preset("quik"));
        assertRefused("convolution", () -> Equipoise.network(1, 8, 8).averagePooling(2));
        assertRefused(
                "convolution",
                () -> Equipoise.network(1, 8, 8)
                        .convolution(2, 3)
                        .maximumPooling(2)
                        .averagePooling(2));
        assertRefused(
                "one rate a layer",
                () -> Equipoise.network(1, 8, 8).output(3).rates(0.1, 0.1).open());
    }

    private static void assertRefused(String part, org.junit.jupiter.api.function.Executable action) {
        BadInputException refusal = assertThrows(BadInputException.class, action);
        String message = refusal.getMessage();
        assertTrue(message.contains(part), message);
        assertTrue(message.endsWith("."), message);
        assertFalse(message.contains("--set"), message);
    }

    @Test
    void divergenceIsToldAsFailedWork() {
        try (Equipoise network = Stripes.builder().open()) {
            float[] weights = network.weights(2);
            weights[0] = Float.NaN;
            network.setParameters(2, weights, network.biases(2));
            var failure =
                    assertThrows(org.equipoise.error.WorkFailedException.class, () -> network.train(IMAGES, LABELS));
            assertTrue(failure.getMessage().contains("layer 2 (linear 6) have reached NaN"), failure.getMessage());
        }
    }

    /** Its biases keep the second layer silent, and nothing is learnt. */
    private static Equipoise withSilentLayer() {
        Equipoise network = Stripes.builder()
                .set("training.batch", 1)
                .set("learning.rates", List.of(0, 0, 0))
                .open();
        for (int l = 0; l < 3; l++) {
            float[] biases = new float[network.biases(l).length];
            Arrays.fill(biases, l == 1 ? -1f : 0.5f);
            network.setParameters(l, new float[network.weights(l).length], biases);
        }
        return network;
    }

    @Test
    void aListenerHearsOfSilentLayers() {
        List<HealthWarning> warnings = new ArrayList<>();
        try (Equipoise network = withSilentLayer()) {
            network.training(IMAGES, LABELS)
                    .epochs(1)
                    .listener(new ProgressListener() {
                        @Override
                        public void healthWarning(HealthWarning warning) {
                            warnings.add(warning);
                        }
                    })
                    .run();
        }
        HealthWarning warning = warnings.getFirst();
        assertEquals(1, warnings.size());
        assertEquals(HealthWarning.Kind.SILENT, warning.kind());
        assertEquals(1, warning.layer());
        assertEquals(20, warning.batches());
        assertTrue(
                warning.message().startsWith("In epoch 1, batch 20, layer 2 (linear 6) has been silent for 20 batches"),
                warning.message());
        assertTrue(warning.message().endsWith("."), warning.message());
    }

    @Test
    void warningsThatNobodyHearsAreLogged() {
        List<String> logged = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(line.getLevel() + " " + line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("org.equipoise");
        logger.addHandler(handler);
        try (Equipoise network = withSilentLayer()) {
            network.training(IMAGES, LABELS).epochs(1).run();
        } finally {
            logger.removeHandler(handler);
        }
        assertEquals(1, logged.size());
        assertTrue(logged.getFirst().startsWith("WARNING In epoch 1, batch 20, layer 2"), logged.getFirst());
    }
}

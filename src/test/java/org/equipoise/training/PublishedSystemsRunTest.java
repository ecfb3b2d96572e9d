package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.Presets;
import org.equipoise.data.Catalogue;
import org.equipoise.data.Dataset;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.equipoise.random.CounterRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every published system, made small, learns, always by the same bits, and holds the memory that was predicted. */
class PublishedSystemsRunTest {
    @TempDir
    Path folder;

    private Dataset digits(int train) {
        return new Catalogue(folder.resolve("none"), List.of())
                .open("digits")
                .limitTrain(train)
                .limitTest(50);
    }

    /** Noise in which the class is one of three colours and one of three places. */
    private static Dataset photographs() {
        List<String> classes = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8");
        return new Dataset("colours", colours(90, 1), colours(18, 2), classes, "none", "made here");
    }

    private static ImageSet colours(int count, int seed) {
        CounterRandom random = new CounterRandom(seed, 9);
        byte[] pixels = new byte[count * 32 * 32 * 3];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % 9);
            for (int p = 0; p < 32 * 32; p++) {
                for (int c = 0; c < 3; c++) {
                    int at = (i * 32 * 32 + p) * 3 + c;
                    boolean here = p / 32 / 11 == labels[i] / 3 && c == labels[i] % 3;
                    pixels[at] = (byte) (here ? 230 : random.below(90, at));
                }
            }
        }
        return ImageSet.of(
                "colours",
                new IdxArray(new int[] {count, 32, 32, 3}, pixels),
                new IdxArray(new int[] {count}, labels),
                9);
    }

    private List<EpochMetrics> train(Configuration configuration, Dataset dataset, int threads) {
        List<EpochMetrics> epochs = new ArrayList<>();
        Machine machine = new Machine(KernelSelection.ofThisJvm().kernels(), threads, Ledger.unlimited());
        try (TrainingRun run =
                TrainingRun.begin(configuration, dataset, machine, () -> folder.resolve("run" + threads), null)) {
            TrainingResult result = run.train(() -> false, Duration.ofDays(1), new TrainingListener() {
                @Override
                public void epochDone(EpochMetrics metrics) {
                    epochs.add(metrics);
                }
            });
            assertEquals(result.predictedBytes(), result.peakBytes());
        }
        assertEquals(0, machine.ledger().currentBytes());
        return epochs;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "oconnor-1fc | [{linear: 40}, {linear: 10}] | phases.free=40 phases.nudge=20",
                "oconnor-3fc | [{linear: 40}, {linear: 30}, {linear: 20}, {linear: 10}] | phases.free=40 phases.nudge=20",
                "scellier-1fc | [{linear: 40}, {linear: 10}] | phases.free=20",
                "scellier-2fc | [{linear: 40}, {linear: 30}, {linear: 10}] | phases.free=30",
                "scellier-3fc | [{linear: 40}, {linear: 30}, {linear: 20}, {linear: 10}] | phases.free=30",
                "ernoult-2c1fc | [{conv: 4, kernel: 5, pool: max2}, {conv: 8, kernel: 5, pool: max2}, {linear: 10}] | phases.free=20",
                "cep-1fc | [{linear: 40}, {linear: 10}] | phases.free=20 learning.rates=[0.05,0.025]",
                "eqspike-1fc | [{linear: 40}, {linear: 10}] | phases.free=40 phases.nudge=20 neuron.filter=0.1",
            })
    void aSmallSystemLearns(String preset, String layers, String overrides) {
        List<String> settings = new ArrayList<>(List.of(overrides.split(" ")));
        settings.addAll(List.of("network.layers=" + layers, "training.epochs=2", "training.seed=3"));
        assertLearns(Presets.read(preset, settings), digits(200));
    }

    @ParameterizedTest
    @CsvSource({"2"})
    void photographsAreLearntFlippedAndCropped(int epochs) {
        // Two convolutions of few channels, whose weights start large enough to pass anything on.
        String layers =
                "[{conv: 8, kernel: 3, pad: 1, pool: max2}, {conv: 16, kernel: 3, pad: 0, pool: max2}, {linear: 9}]";
        List<String> settings = List.of(
                "network.layers=" + layers,
                "learning.rates=[0.25, 0.15, 0.1]",
                "phases.free=15",
                "phases.nudge=10",
                "training.initial=glorot",
                "training.epochs=" + epochs,
                "training.batch=3");
        assertLearns(Presets.read("laborieux-cifar10", settings), photographs());
    }

    private void assertLearns(Configuration configuration, Dataset dataset) {
        List<EpochMetrics> epochs = train(configuration, dataset, 2);
        List<EpochMetrics> again = train(configuration, dataset, 1);
        for (int i = 0; i < epochs.size(); i++) {
            assertEquals(again.get(i).trainLoss(), epochs.get(i).trainLoss());
            assertEquals(again.get(i).testLoss(), epochs.get(i).testLoss());
        }
        assertTrue(epochs.getLast().trainLoss() < 0.95 * epochs.getFirst().trainLoss(), epochs.toString());
    }
}

package org.equipoise.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.Dataset;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.equipoise.random.CounterRandom;
import org.equipoise.training.Machine;
import org.equipoise.training.RunCheck;
import org.equipoise.training.RunDirectory;
import org.equipoise.training.TrainingListener;
import org.equipoise.training.TrainingRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every way to learn ends with the one hash that is written down for it: with scalar kernels and vectors of 128, 256 and 512 bits (the
 * executions of the tests tagged {@code kernels}), on 1, 2, 3 and 8 threads, stopped within an epoch and resumed or not; the rows
 * beside the four basic ones are tested in two of these eight cells. Weights and images are arbitrary floats, so that a sum in another order has other bits.
 */
@Tag("kernels")
class DeterminismMatrixTest {
    /** Batches of an epoch, of which the last is not full. */
    private static final int BATCHES = 2;

    private static final int SIDE = 11;
    private static final int CLASSES = 5;

    /** Channels and units fill no vector of any width; the first map has an odd row that pooling drops. */
    private static final String SETTINGS = """
            network:
              input: [1, 11, 11]
              layers: [{conv: 19, kernel: 3, pool: POOL}, {conv: 17, kernel: 3, pool: POOL}, {linear: 21}, {linear: 5}]
              upsampling: 0.7
            neuron: {kind: sigma-delta, epsilon: 0.3, lambda: 0.6}
            phases: {free: 7, nudge: 3, beta: 0.9}
            learning: {rates: [0.2, 0.15, 0.1, 0.05]}
            training: {batch: 9, epochs: 1, seed: 11}
            """;

    /** A row of the matrix, in all cells if it is basic; its hash stands under its name in {@code determinism.properties}. */
    enum Row {
        EP_SPIKING(true, "avg2", "learning.momentum=0.9", "learning.rate-schedule=cosine"),
        EP_SPIKING_MAXIMUM(false, "max2", "learning.optimizer=adam", "phases.scheme=random-sign"),
        EP_RATE(true, "avg2", "neuron={kind: rate, epsilon: 0.5}", "learning.momentum=0.9", "learning.decay=0.001"),
        EP_RATE_SOFTMAX(
                false,
                "max2",
                "neuron={kind: rate, epsilon: 0.5, activation: sigmoid}",
                "learning.optimizer=adam",
                "learning.readout=softmax",
                "learning.loss=cross-entropy"),
        CONTINUAL_EP_RATE(
                false,
                "avg2",
                "neuron={kind: rate, epsilon: 0.5, activation: tanh}",
                "learning.algorithm=continual-ep",
                "phases.scheme=one-sided"),
        BPTT_SPIKING(true, "avg2", "learning.algorithm=bptt", "learning.momentum=0.9"),
        BPTT_SPIKING_MAXIMUM(
                false, "max2", "learning.algorithm=bptt", "learning.optimizer=adam", "learning.tape=checkpointed"),
        BPTT_RATE(
                true,
                "avg2",
                "neuron={kind: rate, epsilon: 0.5}",
                "learning.algorithm=bptt",
                "learning.optimizer=adam"),
        BPTT_RATE_SOFTMAX(
                false,
                "max2",
                "neuron={kind: rate, epsilon: 0.5}",
                "learning.algorithm=bptt",
                "learning.momentum=0.9",
                "learning.readout=softmax",
                "learning.loss=cross-entropy"),
        EQSPIKE(
                false,
                "none",
                "network.layers=[{linear: 37}, {linear: 21}, {linear: 5}]",
                "neuron={kind: lif}",
                "learning.rates=[0.2, 0.1, 0.05]",
                "learning.algorithm=eqspike",
                "phases.scheme=one-sided");

        private final boolean basic;
        private final String pooling;
        private final List<String> overrides;

        Row(boolean basic, String pooling, String... overrides) {
            this.basic = basic;
            this.pooling = pooling;
            this.overrides = List.of(overrides);
        }
    }

    /** A place in a row. */
    private record Cell(int threads, boolean resumed) {
        static final List<Cell> ALL = IntStream.of(1, 2, 3, 8)
                .boxed()
                .flatMap(threads -> Stream.of(new Cell(threads, false), new Cell(threads, true)))
                .toList();

        static final List<Cell> SOME = List.of(new Cell(2, true), new Cell(8, false));
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void everyCellOfARowEndsWithTheSameBits(Row row) throws IOException {
        String expected = DeterminismHashes.of(row.name(), () -> hash(row, 1, false));
        List<String> differing = new ArrayList<>();
        for (Cell cell : row.basic ? Cell.ALL : Cell.SOME) {
            String found = hash(row, cell.threads(), cell.resumed());
            if (!found.equals(expected)) {
                differing.add(cell + ": " + found);
            }
        }
        assertEquals(List.of(), differing, row + " was expected to end with " + expected);
    }

    private String hash(Row row, int threads, boolean resumed) {
        Path run = RunDirectory.fresh(folder, "run");
        Machine machine = new Machine(KernelSelection.ofThisJvm().kernels(), threads, Ledger.unlimited());
        Dataset dataset =
                new Dataset("blots", images(BATCHES * 9 - 2, 1), images(3, 2), classes(), "none", "made here");
        AtomicInteger asked = new AtomicInteger();
        try (TrainingRun training = TrainingRun.begin(
                ConfigurationReader.read(SETTINGS.replace("POOL", row.pooling), "test", row.overrides),
                dataset,
                machine,
                () -> run,
                null)) {
            boolean complete = train(training, resumed ? 1 : Integer.MAX_VALUE, asked);
            assertEquals(resumed, !complete);
        }
        if (resumed) {
            RunDirectory directory = RunDirectory.open(run);
            assertEquals(1, RunCheck.of(run).checkpoints().getFirst().batches(), "stopped within the epoch");
            try (TrainingRun training =
                    TrainingRun.resume(directory, directory.configuration(List.of()), dataset, machine)) {
                assertTrue(train(training, Integer.MAX_VALUE, asked));
            }
        }
        assertEquals(0, machine.ledger().currentBytes());
        RunCheck check = RunCheck.of(run);
        assertEquals(List.of(), check.findings());
        assertFalse(check.checkpoints().isEmpty());
        return check.checkpoints().getFirst().stateSha256();
    }

    private static boolean train(TrainingRun run, int batches, AtomicInteger asked) {
        return run.train(() -> asked.getAndIncrement() >= batches, Duration.ofDays(1), TrainingListener.SILENT)
                .complete();
    }

    private static List<String> classes() {
        return List.of("0", "1", "2", "3", "4");
    }

    /** Grey noise of every shade, brighter in the rows of the image's class. */
    private static ImageSet images(int count, int seed) {
        CounterRandom random = new CounterRandom(seed, 5);
        byte[] pixels = new byte[count * SIDE * SIDE];
        byte[] labels = new byte[count];
        for (int i = 0; i < pixels.length; i++) {
            int image = i / (SIDE * SIDE);
            labels[image] = (byte) (image % CLASSES);
            boolean bright = i / SIDE % SIDE / 2 == labels[image];
            pixels[i] = (byte) (random.below(bright ? 256 : 101, i));
        }
        return ImageSet.of(
                "blots",
                new IdxArray(new int[] {count, SIDE, SIDE}, pixels),
                new IdxArray(new int[] {count}, labels),
                CLASSES);
    }
}

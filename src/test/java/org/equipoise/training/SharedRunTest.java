package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.ThreadRanks;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose batches several ranks share end as those of one process. */
class SharedRunTest {
    private static final String SHARDS = "training.shards=8";

    @TempDir
    Path folder;

    private StripesRun run(String name, String... overrides) {
        List<String> all = new ArrayList<>(List.of(SHARDS));
        all.addAll(List.of(overrides));
        return StripesRun.in(folder.resolve(name), all.toArray(String[]::new));
    }

    private static Machine machine(Communicator communicator) {
        return new Machine(
                KernelSelection.ofThisJvm().kernels(), 1 + communicator.rank() % 3, Ledger.unlimited(), communicator);
    }

    private static List<TrainingResult> begin(StripesRun run, int ranks, IntFunction<BooleanSupplier> stop) {
        return ThreadRanks.run(
                ranks,
                communicator -> StripesRun.train(run.begin(machine(communicator)), stop.apply(communicator.rank())));
    }

    private static List<TrainingResult> resume(StripesRun run, int ranks, IntFunction<BooleanSupplier> stop) {
        return ThreadRanks.run(ranks, communicator -> {
            RunDirectory directory = new RunDirectory(run.folder());
            RunDescription description = RunDescription.of(directory, List.of(), communicator);
            return StripesRun.train(
                    TrainingRun.resume(
                            directory, description.configuration(), StripesRun.dataset(), machine(communicator)),
                    stop.apply(communicator.rank()));
        });
    }

    private static IntFunction<BooleanSupplier> never() {
        return rank -> () -> false;
    }

    private StripesRun alone(String... overrides) {
        StripesRun alone = run("alone", overrides);
        StripesRun.train(alone.begin(), () -> false);
        return alone;
    }

    /** Batches of 5 images and a last one of 3, so that some shards and some ranks have none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "training.batch=5",
                "phases.nudge-margin=0.05",
                "training.batch=16; training.exchange=bfloat16",
                "learning.optimizer=adam; learning.momentum=0; phases.scheme=random-sign; learning.weight-average=0.9",
                "neuron={kind: rate, epsilon: 0.5}; network.layers=[{conv: 3, kernel: 3, pool: max2}, {linear: 3}]"
            })
    void anyNumberOfRanksGivesTheSameBits(String settings) throws IOException {
        String[] overrides = settings.split("; ");
        List<String> alone = alone(overrides).end();
        for (int ranks : List.of(1, 2, 3, 4, 8)) {
            StripesRun shared = run("ranks" + ranks, overrides);
            List<TrainingResult> results = begin(shared, ranks, never());
            assertEquals(ranks, results.size());
            assertEquals(alone, shared.end(), ranks + " ranks");
            for (TrainingResult result : results) {
                assertTrue(result.complete());
                assertEquals(result.predictedBytes(), result.peakBytes());
                assertEquals(shared.folder(), result.folder());
                assertEquals(
                        results.getFirst().progress().loss(), result.progress().loss());
            }
        }
    }

    /** One shard is what a batch always was. */
    @Test
    void theNumberOfShardsDecidesTheBits() throws IOException {
        List<String> plain = end(StripesRun.in(folder.resolve("plain")));
        List<String> eight = end(run("eight"));
        assertEquals(plain, end(run("one", "training.shards=1")));
        assertNotEquals(plain, eight);
        assertNotEquals(eight, end(run("three", "training.shards=3")));
        assertNotEquals(eight, end(run("rounded", "training.exchange=bfloat16")));
    }

    private static List<String> end(StripesRun run) throws IOException {
        StripesRun.train(run.begin(), () -> false);
        return run.end();
    }

    /** Stopped by one rank after every batch, and resumed by another number of ranks each time. */
    @Test
    void aRunGoesOnWithAnotherNumberOfRanks() throws IOException {
        StripesRun alone = alone();
        StripesRun shared = run("shared");
        int[] ranks = {3, 1, 8, 2, 4};
        boolean complete = begin(shared, 2, rank -> () -> true).getFirst().complete();
        int times = 0;
        while (!complete) {
            int with = ranks[times++ % ranks.length];
            List<TrainingResult> results = resume(shared, with, rank -> {
                AtomicInteger asked = new AtomicInteger();
                return () -> rank == with - 1 && asked.getAndIncrement() >= 1;
            });
            complete = results.getFirst().complete();
            for (TrainingResult result : results) {
                assertEquals(complete, result.complete());
            }
            assertTrue(times < 100);
        }
        assertEquals(alone.end(), shared.end());
    }

    @Test
    void metricsTellWhatWasExchanged() {
        StripesRun shared = run("shared");
        begin(shared, 2, never());
        ExchangeMetrics exchange = shared.directory().metrics().getFirst().exchange();
        assertNotNull(exchange);
        assertEquals(2, exchange.ranks());
        // Conv 3×3 with pooling folded in: 16 taps, 1 channel of 16; linear 12 of 16 channels each; both of 16 lanes;
        // and their biases.
        assertTrue(exchange.bytesPerBatch() > 0);
        assertNull(alone().directory().metrics().getFirst().exchange());
        StripesRun halves = run("halves", "training.exchange=bfloat16");
        begin(halves, 2, never());
        ExchangeMetrics half = halves.directory().metrics().getFirst().exchange();
        assertNotNull(half);
        assertEquals(exchange.bytesPerBatch(), 2 * half.bytesPerBatch());
    }

    /** The last checkpoint is that of the batch before, and the run goes on from it. */
    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    void aRankThatFailsEndsTheRunAndLeavesItsCheckpoint(int failing) throws IOException {
        StripesRun shared = run("shared");
        WorkFailedException failure = assertThrows(
                WorkFailedException.class,
                () -> begin(shared, 3, rank -> {
                    AtomicInteger asked = new AtomicInteger();
                    return () -> {
                        if (rank == failing && asked.getAndIncrement() == 7) {
                            throw new WorkFailedException("Rank " + failing + " has had enough.");
                        }
                        return false;
                    };
                }));
        assertEquals("Rank " + failing + " has had enough.", failure.getMessage());
        assertTrue(RunCheck.of(shared.folder()).sound());
        resume(shared, 2, never());
        assertEquals(alone().end(), shared.end());
    }

    /** What one rank sees in its images all know of, in the words of one process. */
    @Test
    void trainingThatGoesWrongIsNoticedByAll() {
        String[] tooFast = {"learning.rates=[1000, 1000]", "training.epochs=20", "training.divergence=stop"};
        DivergenceException alone = assertThrows(DivergenceException.class, () -> alone(tooFast));
        StripesRun shared = run("shared", tooFast);
        DivergenceException together = assertThrows(DivergenceException.class, () -> begin(shared, 3, never()));
        assertEquals(String.valueOf(alone.getMessage()).replace("/alone/", "/shared/"), together.getMessage());
        assertTrue(RunCheck.of(shared.folder()).sound());
    }

    @Test
    void ranksThatWereAskedForOtherThingsAreRefused() {
        BadInputException refused = assertThrows(
                BadInputException.class,
                () -> ThreadRanks.run(3, communicator -> {
                    StripesRun other = run("shared", "training.seed=" + (communicator.rank() == 2 ? 5 : 0));
                    return StripesRun.train(other.begin(machine(communicator)), () -> false);
                }));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("Rank 2 has other settings"), refused.getMessage());
        assertFalse(folder.resolve("shared").toFile().exists());
    }

    @Test
    void moreRanksThanShardsAreRefusedBeforeAnythingIsWritten() {
        StripesRun shared = run("shared", "training.shards=2");
        BadInputException refused = assertThrows(BadInputException.class, () -> begin(shared, 3, never()));
        assertTrue(String.valueOf(refused.getMessage()).contains("training.shards is 2"), refused.getMessage());
        assertFalse(shared.folder().toFile().exists());
    }

    /** It may give up the bits, and nothing else. */
    @Test
    void aFastReductionLearnsTheSame() {
        StripesRun fast = run("fast", "training.reduction=fast");
        List<TrainingResult> results = begin(fast, 3, never());
        TrainingResult ordered = StripesRun.train(run("ordered").begin(machineOfOne()), () -> false);
        for (TrainingResult result : results) {
            assertEquals(result.predictedBytes(), result.peakBytes());
            EpochMetrics last = result.lastEpoch();
            EpochMetrics expected = ordered.lastEpoch();
            assertNotNull(last);
            assertNotNull(expected);
            assertEquals(expected.trainLoss(), last.trainLoss(), 1e-3);
            assertEquals(expected.sampleSteps(), last.sampleSteps());
        }
        assertTrue(RunCheck.of(fast.folder()).sound());
    }

    private static Machine machineOfOne() {
        return StripesRun.machine(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "learning.algorithm=bptt | training.shards is 8 and learning.algorithm is bptt; algorithm ep was expected with it.",
                "training.shards=0 | training.shards is 0; a whole number from 1 to 4096 was expected.",
                "training.reduction=fast; training.exchange=bfloat16 | training.reduction is fast, which leaves the addition to MPI,"
                        + " and training.exchange is bfloat16, which MPI cannot add; exchange: float32 was expected with it.",
                "neuron={kind: rate, epsilon: 0.5}; training.particles=memory | training.shards is 8 and training.particles is memory;"
                        + " particles: none was expected with it."
            })
    void whatCannotBeSharedIsRefused(String settings, String sentence) {
        BadInputException refused = assertThrows(BadInputException.class, () -> run("refused", settings.split("; ")));
        // A part in brackets says where the setting was made.
        assertEquals(sentence, String.valueOf(refused.getMessage()).replaceFirst(" \\(--set [^)]*\\)", ""));
    }
}

package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.ThreadRanks;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One epoch that two ranks share, and a network that is asked afterwards: the quick part of what whole runs are tested for. */
class SmallSharedRunTest {
    private static final String[] SETTINGS = {"training.shards=3", "training.epochs=1"};

    @TempDir
    Path folder;

    private StripesRun run(String name) {
        return StripesRun.in(folder.resolve(name), SETTINGS);
    }

    private static Machine machine(Communicator communicator) {
        return new Machine(KernelSelection.ofThisJvm().kernels(), 1, Ledger.unlimited(), communicator);
    }

    @Test
    void twoRanksEndAsOneAndGoOnWithEachOther() throws IOException {
        StripesRun alone = run("alone");
        StripesRun.train(alone.begin(), () -> false);
        StripesRun shared = run("shared");
        List<TrainingResult> begun = ThreadRanks.run(2, communicator -> {
            AtomicInteger asked = new AtomicInteger();
            return StripesRun.train(shared.begin(machine(communicator)), () -> asked.getAndIncrement() >= 2);
        });
        begun.forEach(result -> assertFalse(result.complete()));
        List<TrainingResult> ended = ThreadRanks.run(2, communicator -> {
            RunDirectory directory = new RunDirectory(shared.folder());
            RunDescription description = RunDescription.of(directory, List.of(), communicator);
            return StripesRun.train(
                    TrainingRun.resume(
                            directory, description.configuration(), StripesRun.dataset(), machine(communicator)),
                    () -> false);
        });
        assertEquals(2, ended.size());
        ended.forEach(result -> {
            assertTrue(result.complete());
            assertEquals(result.predictedBytes(), result.peakBytes());
        });
        assertEquals(alone.end(), shared.end());
        ExchangeMetrics exchange = shared.directory().metrics().getFirst().exchange();
        assertNotNull(exchange);
        assertEquals(2, exchange.ranks());
        assertTrue(exchange.bytesPerBatch() > 0);
        assertNull(alone.directory().metrics().getFirst().exchange());
    }

    @Test
    void anotherSeedOnOneRankIsRefused() {
        BadInputException refused = assertThrows(
                BadInputException.class,
                () -> ThreadRanks.run(2, communicator -> {
                    StripesRun other = StripesRun.in(
                            folder.resolve("shared"), "training.shards=3", "training.seed=" + communicator.rank());
                    return StripesRun.train(other.begin(machine(communicator)), () -> false);
                }));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("Rank 1 has other settings"), refused.getMessage());
    }

    @Test
    void aModelAnswersAsItsRunWasTested() {
        StripesRun run = run("run");
        StripesRun.train(run.begin(), () -> false);
        EpochMetrics metrics = run.directory().metrics().getFirst();
        ModelFile model = ModelFile.at(run.folder());
        assertEquals(run.configuration(), model.configuration(List.of()));
        assertFalse(model.provenance().isEmpty());
        Ledger ledger = Ledger.unlimited();
        Machine machine = new Machine(KernelSelection.ofThisJvm().kernels(), 2, ledger);
        int images = StripesRun.dataset().test().count();
        try (Inference inference = Inference.open(run.configuration(), model, machine, images)) {
            assertEquals(
                    Inference.plans(run.configuration(), 2, images).stream()
                            .mapToLong(plan -> plan.totalBytes())
                            .sum(),
                    ledger.currentBytes());
            AtomicInteger told = new AtomicInteger();
            Evaluation all = inference.evaluate(StripesRun.dataset().test(), () -> false, (done, of) -> {
                assertEquals(images, of);
                told.set(done);
            });
            assertEquals(images, told.get());
            assertEquals(images, all.samples());
            assertEquals(metrics.testLoss(), all.loss());
            assertEquals(metrics.testErrorPercent(), all.errorPercent());
            assertEquals(metrics.confusion(), all.confusion());
            Evaluation none = inference.evaluate(StripesRun.dataset().test(), () -> true, (done, of) -> {});
            assertEquals(0, none.samples());
            assertEquals(0, none.loss());
            float[][] outputs = inference.outputs(
                    images, Evaluator.source(StripesRun.dataset().test()));
            int errors = 0;
            for (int i = 0; i < images; i++) {
                errors += Evaluator.answer(outputs[i])
                                == StripesRun.dataset().test().label(i)
                        ? 0
                        : 1;
            }
            assertEquals(all.errors(), errors);
            AtomicInteger settled = new AtomicInteger();
            inference.settle(StripesRun.dataset().test(), (settling, first, count) -> {
                settled.addAndGet(count);
                assertEquals(outputs[first][0], settling.output().get(0, 0));
            });
            assertEquals(images, settled.get());
            assertTrue(inference.parameters().weights(0).length > 0);
        }
        assertEquals(0, ledger.currentBytes());
    }

    @Test
    void theFirstOfEqualAnswersCounts() {
        assertEquals(1, Evaluator.answer(new float[] {-1, 2, 2}));
        assertEquals(0, Evaluator.answer(new float[] {0, 0, -1}));
        assertEquals(2, Evaluator.answer(new float[] {0, 1, 3}));
    }
}

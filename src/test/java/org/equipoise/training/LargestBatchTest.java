package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.equipoise.config.Configuration;
import org.equipoise.config.Presets;
import org.equipoise.distributed.SingleProcess;
import org.equipoise.memory.BudgetExceededException;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemorySize;
import org.junit.jupiter.api.Test;

class LargestBatchTest {
    private static Configuration quick(int batch) {
        return Presets.read("quick", List.of("training.batch=" + batch));
    }

    private static long bytes(int batch, int threads) {
        return TrainingState.plans(quick(batch), threads, 0).stream()
                .mapToLong(MemoryPlan::totalBytes)
                .sum();
    }

    @Test
    void findsWhatTryingAllFinds() {
        Random random = new Random(7);
        for (int threads = 1; threads <= 3; threads++) {
            int count = threads;
            long[] sizes = IntStream.rangeClosed(0, 300)
                    .mapToLong(batch -> batch == 0 ? 0 : bytes(batch, count))
                    .toArray();
            for (int round = 0; round < 40; round++) {
                int asked = 1 + random.nextInt(300);
                long budget = sizes[1 + random.nextInt(asked)] + random.nextInt(3) - 1;
                int expected = IntStream.iterate(asked - 1, batch -> batch > 0, batch -> batch - 1)
                        .filter(batch -> sizes[batch] <= budget)
                        .findFirst()
                        .orElse(0);
                int found =
                        new LargestBatch(quick(asked), SingleProcess.INSTANCE, threads, 0, new Ledger(budget)).find();
                assertEquals(expected, found, asked + " images, " + threads + " threads, " + budget + " bytes");
            }
        }
    }

    @Test
    void aRefusalSaysWhatWouldFit() {
        Ledger ledger = new Ledger(bytes(12, 2));
        BudgetExceededException refused =
                assertThrows(BudgetExceededException.class, () -> TrainingState.requireMemory(quick(20), 2, 0, ledger));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("largest accounts: "), message);
        assertTrue(
                message.endsWith(
                        "; a batch of 12 images would fit, or this one with training.tile=8, which is slower."),
                message);
        TrainingState.requireMemory(quick(12), 2, 0, ledger);
        TrainingState.requireMemory(quick(20).withTile(8), 2, 0, ledger);
        assertThrows(
                BudgetExceededException.class,
                () -> TrainingState.requireMemory(quick(20).withTile(16), 2, 0, ledger));
    }

    @Test
    void aRefusalNamesNoTileWhereNoneWouldDo() {
        Ledger ledger = new Ledger(bytes(2, 2));
        String message = String.valueOf(
                assertThrows(BudgetExceededException.class, () -> TrainingState.requireMemory(quick(300), 2, 0, ledger))
                        .getMessage());
        assertTrue(message.endsWith("; a batch of 2 images would fit."), message);
    }

    @Test
    void aRefusalSaysWhenNothingWouldFit() {
        BudgetExceededException refused = assertThrows(
                BudgetExceededException.class,
                () -> TrainingState.requireMemory(quick(20), 1, 0, new Ledger(bytes(1, 1) - 1)));
        String message = String.valueOf(refused.getMessage());
        assertTrue(
                message.endsWith("; even a batch of one image needs " + MemorySize.format(bytes(1, 1)) + "."), message);
    }
}

package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.Presets;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What back-propagation on the paper's network takes at batch 10, all told; PyTorch takes 1,465 MB (spiking) and 1,731 MB (rate) for
 * 150 steps.
 */
class BackpropagationMemoryTest {
    private static final String FULL = "full";
    private static final String CHECKPOINTED = "checkpointed";

    @ParameterizedTest
    @CsvSource({
        "paper-mnist-bptt, full, 80",
        "paper-mnist-bptt, checkpointed, 80",
        "paper-mnist-crnn-bptt, full, 240",
        "paper-mnist-crnn-bptt, checkpointed, 100",
    })
    void thePapersNetworkFits(String preset, String tape, long megabytes) {
        long bytes = bytes(preset, 150, tape);
        assertTrue(bytes <= megabytes * 1_000_000, "it takes " + bytes + " bytes");
    }

    /** Four times the steps take about twice the tape. */
    @ParameterizedTest
    @CsvSource({"paper-mnist-bptt, 3000", "paper-mnist-crnn-bptt, 200"})
    void checkpointsGrowWithTheRoot(String preset, int steps) {
        double ratio = (double) tapeBytes(preset, 4 * steps) / tapeBytes(preset, steps);
        assertTrue(ratio > 1.8 && ratio < 2.2, "four times the steps take " + ratio + " times the tape");
    }

    /** Where checkpoints would save nothing there are none. */
    @ParameterizedTest
    @ValueSource(strings = {"paper-mnist-bptt", "paper-mnist-crnn-bptt"})
    void checkpointsNeverTakeMore(String preset) {
        for (int steps : new int[] {1, 2, 10, 150, 300}) {
            assertTrue(bytes(preset, steps, CHECKPOINTED) <= bytes(preset, steps, FULL), steps + " steps");
        }
    }

    private static long tapeBytes(String preset, int steps) {
        return Ledger.byAccount(plans(preset, steps, CHECKPOINTED)).getOrDefault(Account.TAPE, 0L);
    }

    private static long bytes(String preset, int steps, String tape) {
        return plans(preset, steps, tape).stream()
                .mapToLong(MemoryPlan::totalBytes)
                .sum();
    }

    private static List<MemoryPlan> plans(String preset, int steps, String tape) {
        Configuration configuration =
                Presets.read(preset, List.of("training.batch=10", "phases.free=" + steps, "learning.tape=" + tape));
        return TrainingState.plans(configuration, 2, 0);
    }
}

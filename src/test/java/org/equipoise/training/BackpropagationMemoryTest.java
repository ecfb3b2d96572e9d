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

/**
 * What back-propagation on the paper's network takes at batch 10 and 150 steps, all told; PyTorch takes 1,465 MB (spiking) and
 * 1,731 MB (rate).
 */
class BackpropagationMemoryTest {
    @ParameterizedTest
    @CsvSource({
        "paper-mnist-bptt, full, 82",
        "paper-mnist-bptt, checkpointed, 100",
        "paper-mnist-crnn-bptt, full, 240",
        "paper-mnist-crnn-bptt, checkpointed, 100",
    })
    void thePapersNetworkFits(String preset, String tape, long megabytes) {
        Configuration configuration =
                Presets.read(preset, List.of("training.batch=10", "phases.free=150", "learning.tape=" + tape));
        long bytes = Trainer.plans(configuration, 2).stream()
                .mapToLong(MemoryPlan::totalBytes)
                .sum();
        assertTrue(bytes <= megabytes * 1_000_000, "it takes " + bytes + " bytes");
    }

    /** Twice the steps of a checkpointed tape take less than twice the tape: its memory grows with the root of the steps. */
    @ParameterizedTest
    @CsvSource({"paper-mnist-bptt, 3000", "paper-mnist-crnn-bptt, 200"})
    void checkpointsGrowWithTheRoot(String preset, int steps) {
        double ratio = (double) tape(preset, 4 * steps) / tape(preset, steps);
        assertTrue(ratio > 1.8 && ratio < 2.2, "four times the steps take " + ratio + " times the tape");
    }

    private static long tape(String preset, int steps) {
        Configuration configuration =
                Presets.read(preset, List.of("phases.free=" + steps, "learning.tape=checkpointed"));
        return Ledger.byAccount(Trainer.plans(configuration, 2)).getOrDefault(Account.TAPE, 0L);
    }
}

package org.equipoise.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of what {@code bench/kill-test} does hundreds of times. */
@Timeout(300)
class KillTest {
    private static final int KILLS = 4;

    @TempDir
    Path folder;

    @Test
    void aKilledRunIsWholeAndGoesOnToTheSameEnd() throws Exception {
        // What scalar kernels have begun is ended here by those that the processor gets.
        KillExperiment experiment = new KillExperiment(folder, 2, 3, List.of("scalar"));
        AtomicInteger told = new AtomicInteger();
        experiment.run(KILLS, told::incrementAndGet);
        assertEquals(KILLS, told.get());
        assertEquals(KILLS, experiment.outcome().kills().size());
        assertEquals(4, experiment.outcome().end().size(), "two checkpoints and two epochs");
    }
}

package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.equipoise.config.Configuration;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a network that answers holds is given back: memory and threads. */
class InferenceTest {
    private static final int THREADS = 3;
    private static final int LONG = 5000;

    @TempDir
    Path folder;

    private final Ledger ledger = Ledger.unlimited();

    private Inference open(Configuration ofModel, Configuration used) {
        Path file = folder.resolve("model.safetensors");
        try (Parameters parameters = Parameters.open(Topology.of(ofModel.network()), Ledger.unlimited())) {
            ModelFile.writeSafetensors(file, ofModel, parameters);
        }
        return Inference.open(
                used,
                new ModelFile(file),
                new Machine(KernelSelection.ofThisJvm().kernels(), THREADS, ledger),
                4);
    }

    private static Set<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("equipoise-worker-"))
                .collect(Collectors.toSet());
    }

    private static void assertEnds(Set<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(LONG);
            assertFalse(thread.isAlive(), thread.getName());
        }
    }

    @Test
    void memoryAndThreadsAreGivenBack() throws InterruptedException {
        Configuration configuration = StripesRun.in(folder).configuration();
        Set<Thread> before = workers();
        Inference inference = open(configuration, configuration);
        Set<Thread> own = workers();
        own.removeAll(before);
        inference.close();
        // The one that asks is a worker as well.
        assertEquals(THREADS - 1, own.size());
        assertEnds(own);
        assertEquals(0, ledger.currentBytes());
    }

    @Test
    void parametersOfAnotherNetworkLeaveNothingBehind() throws InterruptedException {
        Set<Thread> before = workers();
        assertThrows(
                BadInputException.class,
                () -> open(
                        StripesRun.in(folder, "network.input=[1, 8, 8]").configuration(),
                        StripesRun.in(folder).configuration()));
        Set<Thread> own = workers();
        own.removeAll(before);
        assertEnds(own);
        assertEquals(0, ledger.currentBytes());
    }
}

package org.equipoise.learning;

import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.SingleProcess;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;

/** The memory that learning is predicted to hold beside the parameters. */
final class PredictedMemory {
    private PredictedMemory() {}

    static List<MemoryPlan> of(Configuration configuration, int threads) {
        return of(configuration, SingleProcess.INSTANCE, threads);
    }

    static List<MemoryPlan> of(Configuration configuration, Communicator communicator, int threads) {
        Workers workers = new Workers(threads);
        return MemoryScope.count(memory -> Learner.in(
                        memory,
                        configuration,
                        communicator,
                        null,
                        Parameters.in(memory, configuration),
                        Kernels.scalar(),
                        workers))
                .stream()
                .skip(1)
                .toList();
    }
}

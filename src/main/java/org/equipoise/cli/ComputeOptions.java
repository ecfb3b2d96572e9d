package org.equipoise.cli;

import java.lang.management.ManagementFactory;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.equipoise.parallel.ProcessLimits;
import org.equipoise.parallel.Workers;
import org.equipoise.training.Machine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say how much of the machine to use. */
final class ComputeOptions {
    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = Converters.Threads.class,
            description = "Threads that work together (default: all processors). The result does not depend on it.")
    @Nullable
    Integer threads;

    @Option(
            names = "--max-memory",
            paramLabel = "SIZE",
            converter = Converters.Size.class,
            description =
                    "The most off-heap memory that may be held, such as 64MB or 2GiB (default: what the machine has"
                            + " beside the Java heap). What would need more is refused before it starts, with exit code 3.")
    @Nullable
    Long maxMemory;

    /** {@return what the command may use, with the kernels of this JVM} */
    Machine machine() {
        return new Machine(KernelSelection.ofThisJvm().kernels(), threads(), ledger());
    }

    private Ledger ledger() {
        long budget = budgetBytes();
        boolean limited = maxMemory == null && budget < besideHeap();
        return new Ledger(budget, ProcessLimits.ofThisProcess().ofMemory(), limited);
    }

    int threads() {
        return threads == null ? Math.min(Runtime.getRuntime().availableProcessors(), Workers.MAX) : threads;
    }

    /** {@return the most off-heap memory that may be held} */
    long budgetBytes() {
        if (maxMemory != null) {
            return maxMemory;
        }
        // The heap has its addresses already.
        return Math.min(
                besideHeap(), ProcessLimits.ofThisProcess().addressesLeft().orElse(Long.MAX_VALUE));
    }

    private static long besideHeap() {
        return Math.max(0, machineMemory() - Runtime.getRuntime().maxMemory());
    }

    /** {@return the bytes of memory of this machine, or of its container} */
    static long machineMemory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Long.MAX_VALUE;
    }
}

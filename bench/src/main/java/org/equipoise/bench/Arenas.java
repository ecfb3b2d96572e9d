package org.equipoise.bench;

import java.util.concurrent.TimeUnit;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Off-heap memory: an arena opened from a plan, entered in the ledger, and closed; memory comes zeroed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class Arenas {
    private static final int RESERVATIONS = 16;

    /** KiB of the plan, in sixteen reservations. */
    @Param({"64", "65536"})
    public int kibibytes;

    final Ledger ledger = Ledger.unlimited();
    MemoryPlan plan;

    /** States what is needed. */
    @Setup
    public void state() {
        MemoryPlan.Builder builder = MemoryPlan.ownedBy("bench");
        for (int i = 0; i < RESERVATIONS; i++) {
            builder.bytes(Account.SCRATCH, "part " + i, kibibytes * 1024L / RESERVATIONS);
        }
        plan = builder.build();
    }

    /** The plan alone: what it costs to state and sum up what is needed. */
    @Benchmark
    public long plan() {
        state();
        return plan.totalBytes();
    }

    /** From nothing to zeroed memory and back. */
    @Benchmark
    public long openAndClose() {
        try (OffHeapArena arena = ledger.open(plan)) {
            return arena.segment("part 0").address();
        }
    }
}

package org.equipoise.bench;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.equipoise.bench.work.Space;
import org.equipoise.bench.work.Work;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What all benchmarks of kernels share: the choice between twins, memory with the same contents in every iteration, and call sites
 * that have seen off-heap memory alone, as in the engine, or heap memory as well.
 *
 * @param <W> the workload
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class KernelBenchmark<W extends Work> {
    private static final long MIXING_NANOS = 1_000_000_000L;

    /** Which twin; the width of the vector one is that of {@code -Dequipoise.vectorBits}. */
    @Param({"scalar", "vector"})
    public String kernels;

    /** {@code offHeap}, or {@code mixed}: the same calls have worked on arrays as well, before they are measured. */
    @Param("offHeap")
    public String memory;

    Kernels implementation;
    W work;

    abstract W workIn(Space space);

    /** Runs every call that this benchmark measures. */
    abstract void runAll(W target, Kernels by);

    /** Finds out how much one invocation does, for the secondary metrics. */
    abstract void count();

    /** Opens the workload. */
    @Setup
    public void open() {
        implementation = implementation(kernels);
        work = workIn(Space.offHeap());
        work.fill();
        if (mixed()) {
            mix();
        }
        count();
        work.fill();
    }

    private static Kernels implementation(String name) {
        if (name.equals("scalar")) {
            return Kernels.scalar();
        }
        Kernels chosen = KernelSelection.ofThisJvm().kernels();
        if (!chosen.name().equals(name)) {
            throw new IllegalStateException(
                    "'" + name + "' kernels were asked for and this JVM has only " + chosen.name());
        }
        return chosen;
    }

    private boolean mixed() {
        return switch (memory) {
            case "offHeap" -> false;
            case "mixed" -> true;
            default ->
                throw new IllegalArgumentException("'" + memory + "' was found where offHeap or mixed was expected");
        };
    }

    /** Long enough that the compiler has seen both kinds of memory, whenever it compiles. */
    private void mix() {
        try (W heap = workIn(Space.onHeap())) {
            heap.fill();
            long start = System.nanoTime();
            do {
                runAll(heap, implementation);
                runAll(work, implementation);
            } while (System.nanoTime() - start < MIXING_NANOS);
        }
    }

    /** Starts every iteration from the same contents. */
    @Setup(Level.Iteration)
    public void fill() {
        work.fill();
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        work.close();
    }

    List<MemorySegment> contents() {
        return work.memory();
    }
}

package org.equipoise.bench;

import org.equipoise.bench.work.Shape;
import org.equipoise.bench.work.Space;
import org.equipoise.bench.work.StateWork;
import org.equipoise.kernel.Kernels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Real-valued states, half of them zero, through weights, both ways: what a rate network does in place of sending spikes. */
public class States extends KernelBenchmark<StateWork> {
    /** Which connection of the paper's network. */
    @Param({"convolution", "linear"})
    public String connection;

    /** Images in one call. */
    @Param({"1", "16"})
    public int images;

    private long forwardAdditions;
    private long backwardAdditions;

    @Override
    StateWork workIn(Space space) {
        return new StateWork(space, Shape.named(connection), images);
    }

    @Override
    void runAll(StateWork target, Kernels by) {
        target.forward(by);
        target.backward(by);
    }

    @Override
    void count() {
        forwardAdditions = work.forwardAdditions(implementation);
        backwardAdditions = work.backwardAdditions(implementation);
    }

    /** {@code w ∗ s}. */
    @Benchmark
    public void forward(Counted.Additions counted) {
        work.forward(implementation);
        counted.add(images, forwardAdditions);
    }

    /** {@code w ⋆ s}. */
    @Benchmark
    public void backward(Counted.Additions counted) {
        work.backward(implementation);
        counted.add(images, backwardAdditions);
    }
}

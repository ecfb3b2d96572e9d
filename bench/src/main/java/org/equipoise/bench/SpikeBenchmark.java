package org.equipoise.bench;

import org.equipoise.bench.work.Shape;
import org.equipoise.bench.work.Space;
import org.equipoise.bench.work.SpikeWork;
import org.equipoise.kernel.Kernels;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Packed spikes through weights: what the suites of spikes share. */
@State(Scope.Benchmark)
public abstract class SpikeBenchmark extends KernelBenchmark<SpikeWork> {
    /** Share of the senders that differ from what was expected; each costs one weight row a window. */
    @Param({"0.01", "0.03", "0.1", "0.3", "0.6"})
    public double rate;

    /** Images in one call. */
    @Param({"1", "16"})
    public int images;

    private long forwardAdditions;
    private long backwardAdditions;

    abstract Shape shape();

    @Override
    SpikeWork workIn(Space space) {
        return new SpikeWork(space, shape(), images, rate);
    }

    boolean bothWays() {
        return true;
    }

    @Override
    void runAll(SpikeWork target, Kernels by) {
        target.forward(by);
        if (bothWays()) {
            target.backward(by);
        }
    }

    @Override
    void count() {
        forwardAdditions = work.forwardAdditions(implementation);
        backwardAdditions = bothWays() ? work.backwardAdditions(implementation) : 0;
    }

    final void sendForward(Counted.Additions counted) {
        work.forward(implementation);
        counted.add(images, forwardAdditions);
    }

    final void sendBackward(Counted.Additions counted) {
        work.backward(implementation);
        counted.add(images, backwardAdditions);
    }
}

package org.equipoise.bench;

import org.equipoise.bench.work.LearningWork;
import org.equipoise.bench.work.Shape;
import org.equipoise.bench.work.Space;
import org.equipoise.kernel.Kernels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** The update of a connection's weights with momentum, and the layouts derived from them, of the paper's second convolution. */
public class Update extends KernelBenchmark<LearningWork> {
    /** Channels below and above. */
    @Param({"128-256", "16-32"})
    public String channels;

    @Override
    LearningWork workIn(Space space) {
        return new LearningWork(space, Shape.convolution(channels), 1);
    }

    @Override
    void runAll(LearningWork target, Kernels by) {
        target.sgdUpdate(by);
        target.fold(by);
        target.transpose(by);
    }

    @Override
    void count() {}

    /** Descent, folding and transposition, as after every batch. */
    @Benchmark
    public void all(Counted.Weights counted) {
        runAll(work, implementation);
        counted.weights += work.weights();
    }

    /** Descent of the master weights alone. */
    @Benchmark
    public void sgdUpdate(Counted.Weights counted) {
        work.sgdUpdate(implementation);
        counted.weights += work.weights();
    }

    /** Folding of the pooling alone. */
    @Benchmark
    public void fold(Counted.Weights counted) {
        work.fold(implementation);
        counted.weights += work.weights();
    }

    /** Transposition to the backward layout alone. */
    @Benchmark
    public void transpose(Counted.Weights counted) {
        work.transpose(implementation);
        counted.weights += work.weights();
    }
}

package org.equipoise.bench;

import org.equipoise.bench.work.PredictionWork;
import org.equipoise.bench.work.Space;
import org.equipoise.kernel.Kernels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** What a question costs through the public API: a small network's answer to one image, asked of a predictor and of the engine itself. */
public class Prediction extends KernelBenchmark<PredictionWork> {
    /** Which network: 784-16-10 for ten steps, or the preset {@code quick}. */
    @Param({"linear", "quick"})
    public String net;

    @Override
    PredictionWork workIn(Space space) {
        return new PredictionWork(space, implementation, net);
    }

    @Override
    void runAll(PredictionWork target, Kernels by) {
        target.predict(by);
        target.settle(by);
    }

    @Override
    void count() {}

    /** A predictor of the public API: its pool, its checks of the image, an array for the answer. */
    @Benchmark
    public void predictor(Counted.Images counted) {
        work.predict(implementation);
        counted.images++;
    }

    /** The engine's classes on a state of the caller's. */
    @Benchmark
    public void engine(Counted.Images counted) {
        work.settle(implementation);
        counted.images++;
    }
}

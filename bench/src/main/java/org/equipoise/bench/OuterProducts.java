package org.equipoise.bench;

import org.equipoise.bench.work.LearningWork;
import org.equipoise.bench.work.Shape;
import org.equipoise.bench.work.Space;
import org.equipoise.kernel.Kernels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** What Equilibrium Propagation gathers of one phase: outer products of the states, half of them zero, at a connection's ends. */
public class OuterProducts extends KernelBenchmark<LearningWork> {
    /** Which connection of the paper's network. */
    @Param({"image", "convolution", "linear"})
    public String connection;

    /** Images whose products are summed. */
    @Param({"1", "16"})
    public int images;

    private long products;

    @Override
    LearningWork workIn(Space space) {
        return new LearningWork(space, Shape.named(connection), images);
    }

    @Override
    void runAll(LearningWork target, Kernels by) {
        target.outerProducts(by);
        target.biasGradient(by);
    }

    @Override
    void count() {
        products = work.products();
    }

    /** Gradients of the weights and of the biases. */
    @Benchmark
    public void gather(Counted.Additions counted) {
        work.outerProducts(implementation);
        work.biasGradient(implementation);
        counted.add(images, products);
    }
}

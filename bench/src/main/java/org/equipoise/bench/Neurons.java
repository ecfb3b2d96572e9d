package org.equipoise.bench;

import org.equipoise.bench.work.NeuronWork;
import org.equipoise.bench.work.Space;
import org.equipoise.kernel.Kernels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** The step of the neurons of the paper's largest layer, 13×13×128, and the encoding of its image, 28×28×1, to packed spikes. */
public class Neurons extends KernelBenchmark<NeuronWork> {
    /** Images in one call. */
    @Param({"1", "16"})
    public int images;

    @Override
    NeuronWork workIn(Space space) {
        return new NeuronWork(space, images);
    }

    @Override
    void runAll(NeuronWork target, Kernels by) {
        target.stepSpiking(by);
        target.stepRate(by);
        target.encodeImage(by);
    }

    @Override
    void count() {}

    /** Decoder, state and encoder of spiking neurons. */
    @Benchmark
    public void stepSpiking(Counted.Neurons counted) {
        work.stepSpiking(implementation);
        counted.add(images, work.neurons());
    }

    /** State of rate neurons. */
    @Benchmark
    public void stepRate(Counted.Neurons counted) {
        work.stepRate(implementation);
        counted.add(images, work.neurons());
    }

    /** Encoder of the clamped image. */
    @Benchmark
    public void encodeImage(Counted.Neurons counted) {
        work.encodeImage(implementation);
        counted.add(images, work.pixels());
    }
}

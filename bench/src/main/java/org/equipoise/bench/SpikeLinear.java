package org.equipoise.bench;

import org.equipoise.bench.work.Shape;
import org.openjdk.jmh.annotations.Benchmark;

/** Packed spikes through the paper's linear layer, 6400 × 512, both ways. */
public class SpikeLinear extends SpikeBenchmark {
    @Override
    Shape shape() {
        return Shape.linear();
    }

    /** From 6400 to 512. */
    @Benchmark
    public void forward(Counted.Additions counted) {
        sendForward(counted);
    }

    /** From 512 to 6400. */
    @Benchmark
    public void backward(Counted.Additions counted) {
        sendBackward(counted);
    }
}

package org.equipoise.bench;

import org.equipoise.bench.work.Shape;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Packed spikes through a convolution with pooling folded in, 13×13 to 5×5 (the paper's second one at 128-256), both ways. */
public class SpikeConvolution extends SpikeBenchmark {
    /** Channels below and above. */
    @Param({"128-256", "16-32"})
    public String channels;

    @Override
    Shape shape() {
        return Shape.convolution(channels);
    }

    /** {@code w ∗ q}. */
    @Benchmark
    public void forward(Counted.Additions counted) {
        sendForward(counted);
    }

    /** {@code w ⋆ q}. */
    @Benchmark
    public void backward(Counted.Additions counted) {
        sendBackward(counted);
    }
}

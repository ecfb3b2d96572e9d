package org.equipoise.bench;

import org.equipoise.bench.work.Shape;
import org.openjdk.jmh.annotations.Benchmark;

/** Packed spikes of the image, 28×28×1, through the paper's first convolution to 13×13×128; nothing goes back to an image. */
public class SpikeImage extends SpikeBenchmark {
    @Override
    Shape shape() {
        return Shape.image();
    }

    @Override
    boolean bothWays() {
        return false;
    }

    /** {@code w ∗ q}. */
    @Benchmark
    public void forward(Counted.Additions counted) {
        sendForward(counted);
    }
}

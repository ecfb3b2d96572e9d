package org.equipoise.bench.sweep;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What is varied, one at a time, about the base setting. */
enum Dimension {
    /** Images of a batch. */
    BATCH("batch", "images of a batch"),
    /** Steps of the free phase. */
    FREE("free steps", "steps of the free phase"),
    /** Vectors. */
    WIDTH("vector bits", "bits of a vector"),
    /** Threads. */
    THREADS("threads", "threads"),
    /** Factor on the initial parameters, with which firing rates vary. */
    GAIN("gain", "gain on the initial parameters");

    private final String title;
    private final String axis;

    Dimension(String title, String axis) {
        this.title = title;
        this.axis = axis;
    }

    String title() {
        return title;
    }

    String axis() {
        return axis;
    }

    /** {@return the settings of this dimension, the base perhaps among them} */
    List<Setting> about(Setting base, int widest) {
        return switch (this) {
            case BATCH ->
                Stream.of(16, 32, 64, 125, 250, 500).map(base::withBatch).toList();
            case FREE -> Stream.of(20, 50, 100, 250).map(base::withFree).toList();
            case WIDTH ->
                Stream.of(128, 256, 512)
                        .filter(bits -> bits <= widest)
                        .map(base::withBits)
                        .toList();
            case THREADS ->
                IntStream.rangeClosed(1, base.threads())
                        .mapToObj(base::withThreads)
                        .toList();
            case GAIN ->
                Stream.of(0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)
                        .map(base::withGain)
                        .toList();
        };
    }

    /** {@return where a setting stands in this dimension} */
    double of(Setting setting) {
        return switch (this) {
            case BATCH -> setting.batch();
            case FREE -> setting.free();
            case WIDTH -> setting.bits();
            case THREADS -> setting.threads();
            case GAIN -> setting.gain();
        };
    }
}

package org.equipoise.dynamics;

import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.equipoise.network.Topology;

/** Counts spikes by layer, from the image on. Thread-safe. */
final class FiringCounter {
    private final Topology topology;
    private final LongAdder[] spikes;
    private final LongAdder imageSteps = new LongAdder();

    FiringCounter(Topology topology) {
        this.topology = topology;
        this.spikes = IntStream.rangeClosed(0, topology.depth())
                .mapToObj(layer -> new LongAdder())
                .toArray(LongAdder[]::new);
    }

    void add(SpikingForward forward, Tile tile) {
        for (int l = 0; l < spikes.length; l++) {
            spikes[l].add(forward.count(l, tile));
        }
        imageSteps.add(tile.count());
    }

    void reset() {
        for (LongAdder sum : spikes) {
            sum.reset();
        }
        imageSteps.reset();
    }

    double[] rates() {
        long steps = imageSteps.sum();
        return IntStream.range(0, spikes.length)
                .mapToDouble(l -> steps == 0
                        ? 0
                        : spikes[l].sum() / ((double) topology.layout(l).neurons() * steps))
                .toArray();
    }
}

package org.equipoise.dynamics;

import java.util.Arrays;
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

    /** Counts from now on as if these spikes had been counted before and no others. */
    void countAfter(SpikeCounts counted) {
        for (LongAdder sum : spikes) {
            sum.reset();
        }
        imageSteps.reset();
        for (int l = 0; l < counted.spikes().size(); l++) {
            spikes[l].add(counted.spikes().get(l));
        }
        if (!counted.opportunities().isEmpty()) {
            imageSteps.add(
                    counted.opportunities().getFirst() / topology.layout(0).neurons());
        }
    }

    SpikeCounts counts() {
        long steps = imageSteps.sum();
        return steps == 0
                ? SpikeCounts.NONE
                : new SpikeCounts(
                        Arrays.stream(spikes).map(LongAdder::sum).toList(),
                        IntStream.range(0, spikes.length)
                                .mapToObj(l -> topology.layout(l).neurons() * steps)
                                .toList());
    }
}

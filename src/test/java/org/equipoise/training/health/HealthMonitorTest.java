package org.equipoise.training.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.kernel.WeightBlocks;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.training.health.TrainingAnomaly.Kind;
import org.junit.jupiter.api.Test;

/** Weights are looked at a sixteenth at a time, biases always. */
class HealthMonitorTest {
    private static final Configuration CONFIGURATION = ConfigurationReader.read("""
            network: {input: [1, 4, 5], layers: [{linear: 7}, {linear: 3}]}
            neuron: {kind: rate, epsilon: 0.5, activation: clip}
            phases: {free: 8, nudge: 4, beta: 0.9}
            learning: {rates: [0.2, 0.1]}
            training: {batch: 4, epochs: 1}
            """, "test", List.of());
    private static final Topology TOPOLOGY = Topology.of(CONFIGURATION.network());

    private final HealthMonitor monitor = new HealthMonitor(CONFIGURATION, TOPOLOGY);

    private List<TrainingAnomaly> examine(Parameters parameters, long update) {
        return monitor.examine(layer -> null, 4, parameters, update);
    }

    @Test
    void everyWeightIsLookedAtOnceInSixteenBatches() {
        try (Parameters parameters = Parameters.open(TOPOLOGY, Ledger.unlimited())) {
            for (int layer = 1; layer <= 2; layer++) {
                WeightBlocks weights = parameters.connections().get(layer - 1).master();
                long all = (long) weights.rows() * weights.lanes();
                for (long i = 0; i < all; i++) {
                    weights.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.NaN);
                    List<Long> noticed = new ArrayList<>();
                    for (long update : LongStream.range(32, 48).toArray()) {
                        for (TrainingAnomaly anomaly : examine(parameters, update)) {
                            assertEquals(Kind.NOT_FINITE, anomaly.kind());
                            assertEquals(layer, anomaly.layer());
                            noticed.add(update);
                        }
                    }
                    weights.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, 0.5f);
                    long weight = i;
                    long part = LongStream.range(0, 16)
                            .filter(p -> all * p / 16 <= weight && weight < all * (p + 1) / 16)
                            .findFirst()
                            .orElseThrow();
                    assertEquals(List.of(32 + part), noticed, "weight " + i + " of " + all);
                }
            }
        }
    }

    @Test
    void biasesAreLookedAtInEveryBatch() {
        try (Parameters parameters = Parameters.open(TOPOLOGY, Ledger.unlimited())) {
            parameters.connections().get(1).bias().setAtIndex(ValueLayout.JAVA_FLOAT, 2, -2e6f);
            for (long update = 0; update < 16; update++) {
                List<TrainingAnomaly> anomalies = examine(parameters, update);
                assertEquals(1, anomalies.size());
                assertEquals(Kind.TOO_LARGE, anomalies.getFirst().kind());
                assertEquals(2, anomalies.getFirst().layer());
            }
        }
    }
}

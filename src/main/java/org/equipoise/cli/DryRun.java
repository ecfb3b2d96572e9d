package org.equipoise.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.experiment.TrainingTime;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemorySize;
import org.equipoise.network.Connection;
import org.equipoise.network.Topology;
import org.equipoise.training.Machine;
import org.equipoise.training.TrainingState;
import org.jspecify.annotations.Nullable;

/** What {@code train --dry-run} prints; the names are those of its JSON. */
record DryRun(
        List<Layer> layers,
        long parameters,
        Map<String, Long> memory,
        long predictedOffHeapBytes,
        @Nullable Estimate estimate) {
    /** A layer of neurons and the parameters that lead to it. */
    record Layer(int layer, String kind, int channels, int height, int width, long parameters) {}

    /** How long it is going to take. */
    record Estimate(
            long sampleSteps, long updates, double sampleStepsPerSecond, double measuredSeconds, double seconds) {
        static Estimate of(TrainingTime time) {
            return new Estimate(
                    time.sampleSteps(),
                    time.updates(),
                    time.sampleStepsPerSecond(),
                    time.measuredSeconds(),
                    time.seconds());
        }
    }

    static DryRun of(Configuration configuration, int examples, Machine machine, @Nullable Estimate estimate) {
        Topology topology = Topology.of(configuration.network());
        List<MemoryPlan> plans = TrainingState.plans(configuration, machine.threads(), examples);
        List<Layer> layers = new ArrayList<>();
        for (int l = 0; l < topology.connections().size(); l++) {
            Connection connection = topology.connections().get(l);
            layers.add(new Layer(
                    l + 1,
                    kind(topology, l),
                    connection.layer().channels(),
                    connection.layer().height(),
                    connection.layer().width(),
                    connection.weights() + connection.layer().channels()));
        }
        Map<String, Long> memory = new LinkedHashMap<>();
        Ledger.byAccount(plans).forEach((account, bytes) -> memory.put(account.label(), bytes));
        long bytes = plans.stream().mapToLong(MemoryPlan::totalBytes).sum();
        return new DryRun(layers, topology.parameterCount(), memory, bytes, estimate);
    }

    private static String kind(Topology topology, int connection) {
        if (connection == topology.depth()) {
            return "readout";
        }
        return topology.connections().get(connection).linear() ? "linear" : "conv";
    }

    /** {@return the same for people} */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("layer  kind    shape           parameters");
        for (Layer layer : layers) {
            String shape = layer.channels() + "×" + layer.height() + "×" + layer.width();
            lines.add(Text.format("%5d  %-7s %-14s  %,10d", layer.layer(), layer.kind(), shape, layer.parameters()));
        }
        lines.add(Text.format("%5s  %-7s %-14s  %,10d", "", "all", "", parameters));
        lines.add("");
        lines.add("off-heap memory");
        memory.forEach((account, bytes) ->
                lines.add(Text.format("%-12s %10s  %,16d bytes", account, MemorySize.format(bytes), bytes)));
        lines.add(Text.format(
                "%-12s %10s  %,16d bytes", "all", MemorySize.format(predictedOffHeapBytes), predictedOffHeapBytes));
        if (estimate != null) {
            lines.add("");
            lines.add(Text.format(
                    "about %s for %,d updates and %,d sample-steps, at the %,.0f a second of the first ones here",
                    Text.roughTime(estimate.seconds()),
                    estimate.updates(),
                    estimate.sampleSteps(),
                    estimate.sampleStepsPerSecond()));
        }
        return lines;
    }
}

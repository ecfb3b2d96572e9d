package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.equipoise.config.Configuration;
import org.equipoise.memory.MemorySize;
import org.equipoise.network.Topology;
import org.equipoise.plot.Axis;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.LinePlot;
import org.equipoise.plot.Plot;
import org.equipoise.plot.Point;
import org.equipoise.plot.Series;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.RunDirectory;
import org.jspecify.annotations.Nullable;

/**
 * A deeper spiking network than any that the paper trains: what it learns, and what that costs.
 *
 * @param place where to work
 * @param label what the network is called
 * @param configuration the network
 * @param extent how far to train, and on what
 */
public record DepthRun(Workplace place, String label, Configuration configuration, Extent extent) {
    /** {@return the table and figure, nothing if training was stopped before its end; a later call goes on} */
    public Optional<Reproduced> run() {
        Trained trained = place.train(label, configuration, extent);
        if (!trained.result().complete()) {
            return Optional.empty();
        }
        List<EpochMetrics> epochs = RunDirectory.open(trained.result().folder()).metrics();
        List<List<@Nullable Object>> values = new ArrayList<>();
        List<List<@Nullable Object>> lines = new ArrayList<>();
        for (EpochMetrics epoch : epochs) {
            List<@Nullable Object> row = new ArrayList<>(Arrays.<@Nullable Object>asList(
                    epoch.epoch(),
                    epoch.updates(),
                    epoch.trainErrorPercent(),
                    epoch.testErrorPercent(),
                    epoch.seconds(),
                    epoch.sampleSteps(),
                    epoch.sampleStepsPerSecond()));
            lines.add(List.copyOf(row));
            for (double rate : epoch.firingRates()) {
                row.add(rate);
            }
            values.add(row);
        }
        List<String> columns = new ArrayList<>(List.of(
                "epoch",
                "updates",
                "trainErrorPercent",
                "testErrorPercent",
                "seconds",
                "sampleSteps",
                "sampleStepsPerSecond"));
        int rates = values.isEmpty() ? 0 : values.getFirst().size() - columns.size();
        for (int l = 0; l < rates; l++) {
            columns.add("firingRate" + l);
        }
        return Optional.of(new Reproduced(
                "depth",
                "Depth: convolutional layers one after the other, " + convolutions() + " of them",
                "The network is '" + label + "', trained for " + trained.extent() + ".",
                cost(trained),
                new Table(
                        List.of(
                                "epoch",
                                "updates",
                                "training error, %",
                                "test error, %",
                                "seconds",
                                "sample-steps",
                                "sample-steps/s"),
                        lines),
                new Table(columns, values),
                figure(epochs)));
    }

    private long convolutions() {
        return Topology.of(configuration.network()).connections().stream()
                .filter(connection -> !connection.linear())
                .count();
    }

    private String cost(Trained trained) {
        Topology topology = Topology.of(configuration.network());
        StringBuilder layers = new StringBuilder();
        for (int l = 1; l <= topology.connections().size(); l++) {
            layers.append(l == 1 ? "" : ", ")
                    .append(topology.layout(l).channels())
                    .append(" × ")
                    .append(topology.layout(l).height())
                    .append(" × ")
                    .append(topology.layout(l).width());
        }
        return Trained.format(
                """
                Layers of neurons: %s; %,d parameters. Cost: %,d sample-steps in %,.1f s of training and tests, %,.0f a second; %s of off-heap
                memory at batch %d, as predicted (%s). Seconds depend on the machine and on what else it does.
                """,
                layers,
                topology.parameterCount(),
                trained.result().progress().sampleSteps(),
                trained.result().progress().seconds(),
                trained.result().sampleStepsPerSecond(),
                MemorySize.format(trained.result().peakBytes()),
                configuration.training().batch(),
                MemorySize.format(trained.result().predictedBytes()));
    }

    private static Figure figure(List<EpochMetrics> epochs) {
        List<Plot> panels = new ArrayList<>();
        panels.add(new LinePlot(
                "Error",
                Axis.linear("epoch"),
                Axis.fromZero("%"),
                List.of(
                        curve("training", 0, epochs, EpochMetrics::trainErrorPercent),
                        curve("test", 1, epochs, EpochMetrics::testErrorPercent))));
        List<Series> rates = new ArrayList<>();
        for (int l = 0; l < epochs.getFirst().firingRates().size(); l++) {
            int layer = l;
            rates.add(curve(
                    l == 0 ? "image" : "layer " + l,
                    l,
                    epochs,
                    epoch -> epoch.firingRates().get(layer)));
        }
        if (!rates.isEmpty()) {
            panels.add(new LinePlot(
                    "Firing rates", Axis.linear("epoch"), Axis.fromZero("spikes a neuron and step"), rates));
        }
        return new Figure(panels, panels.size());
    }

    private static Series curve(
            String label, int colour, List<EpochMetrics> epochs, ToDoubleFunction<EpochMetrics> value) {
        return new Series(
                label,
                Series.Style.LINE_AND_MARKERS,
                Colour.of(colour),
                epochs.stream()
                        .map(epoch -> Point.of(epoch.epoch(), value.applyAsDouble(epoch)))
                        .toList());
    }
}

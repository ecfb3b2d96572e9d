package org.equipoise.experiment.reproduce;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.equipoise.memory.MemorySize;
import org.equipoise.network.Topology;
import org.equipoise.plot.Axis;
import org.equipoise.plot.Colour;
import org.equipoise.plot.Figure;
import org.equipoise.plot.LinePlot;
import org.equipoise.plot.Plot;
import org.equipoise.plot.Series;
import org.equipoise.plot.Table;
import org.equipoise.plot.Table.Columns;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.RunDirectory;

/** A deeper spiking network than any that the paper trains: what it learns, and what that costs. */
final class DepthRun {
    private DepthRun() {}

    /** {@return the table and figure, nothing if training was stopped before its end; a later call goes on} */
    static Optional<ReproducedResult> run(TrainingTask task) {
        return task.train("", task.configuration()).map(trained -> result(task, trained));
    }

    private static ReproducedResult result(TrainingTask task, TrainedNetwork trained) {
        List<EpochMetrics> epochs = RunDirectory.open(trained.result().folder()).metrics();
        Topology topology = Topology.of(task.configuration().network());
        long convolutions = topology.connections().stream()
                .filter(connection -> !connection.linear())
                .count();
        Columns<EpochMetrics> values = new Columns<EpochMetrics>(epochs)
                .column("epoch", EpochMetrics::epoch)
                .column("updates", EpochMetrics::updates)
                .column("trainErrorPercent", EpochMetrics::trainErrorPercent)
                .column("testErrorPercent", EpochMetrics::testErrorPercent)
                .column("seconds", EpochMetrics::seconds)
                .column("sampleSteps", EpochMetrics::sampleSteps)
                .column("sampleStepsPerSecond", EpochMetrics::sampleStepsPerSecond);
        int rates = epochs.isEmpty() ? 0 : epochs.getFirst().firingRates().size();
        for (int l = 0; l < rates; l++) {
            int layer = l;
            values.column("firingRate" + l, epoch -> epoch.firingRates().get(layer));
        }
        return new ReproducedResult(
                "depth",
                "Depth: convolutional layers one after the other, " + convolutions + " of them",
                "The network is '" + task.label() + "', trained for " + trained.extent() + ".",
                cost(topology, trained),
                new Columns<EpochMetrics>(epochs)
                        .column("epoch", EpochMetrics::epoch)
                        .column("updates", EpochMetrics::updates)
                        .column("training error, %", EpochMetrics::trainErrorPercent)
                        .column("test error, %", EpochMetrics::testErrorPercent)
                        .column("seconds", EpochMetrics::seconds)
                        .column("sample-steps", EpochMetrics::sampleSteps)
                        .column("sample-steps/s", EpochMetrics::sampleStepsPerSecond)
                        .table(),
                values.table(),
                figure(epochs));
    }

    private static String cost(Topology topology, TrainedNetwork trained) {
        String layers = IntStream.rangeClosed(1, topology.connections().size())
                .mapToObj(topology::layout)
                .map(layer -> layer.channels() + " × " + layer.height() + " × " + layer.width())
                .collect(Collectors.joining(", "));
        return Table.format(
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
                trained.configuration().training().batch(),
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
        return Series.of(label, Series.Style.LINE_AND_MARKERS, Colour.of(colour), epochs, EpochMetrics::epoch, value);
    }
}

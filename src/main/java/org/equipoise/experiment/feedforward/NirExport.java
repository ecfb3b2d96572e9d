package org.equipoise.experiment.feedforward;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.config.NeuronSettings;
import org.equipoise.data.Dataset;
import org.equipoise.data.ImageSet;
import org.equipoise.interop.nir.NirFile;
import org.equipoise.interop.nir.NirGraph;
import org.equipoise.interop.nir.NirNode;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.training.ClampedImages;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Inference;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Trainer;

/**
 * Writes the feed-forward part of a network as a NIR graph, and measures what it lacks.
 *
 * @param pooling how the graph pools where the network takes means
 * @param calibrationImages how many training images weights and biases are fitted on, 0 to leave them as they are
 * @param steps how long the exported network looks at an image
 */
public record NirExport(
        Configuration configuration, ModelFile model, NirNode.Pooling pooling, int calibrationImages, int steps) {
    private static final String APPROXIMATION =
            "feed-forward part alone: the connections backwards, under which the network settles, have no place in the graph";

    private static final Map<String, String> NOT_MEASURED = Map.of("accuracy", "not measured");

    /** What was written. */
    public record GraphSummary(int nodes, ImageCoding coding) {}

    /**
     * What was measured, on test images.
     *
     * @param errorPercent the error of the network that settles
     * @param exportedErrorPercent the error of the graph in the file, run with spikes
     */
    public record Accuracy(
            GraphSummary written,
            int calibrationImages,
            int testImages,
            double errorPercent,
            double exportedErrorPercent) {}

    /**
     * Writes the graph without a look at images, and says in it that nothing was measured.
     *
     * @throws org.equipoise.error.BadInputException if the network has what no node stands for
     */
    public GraphSummary write(Path file) {
        Topology topology = Topology.of(configuration.network());
        try (Parameters parameters = Parameters.open(topology, Ledger.unlimited())) {
            model.read(parameters);
            return write(file, FeedForwardGraph.of(configuration, parameters), NOT_MEASURED);
        }
    }

    /**
     * Calibrates the graph on training images, writes it, reads it back and runs both it and the network on test images.
     *
     * @throws org.equipoise.error.BadInputException if the network has what no node stands for, or is for other images
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget
     */
    public Accuracy write(Path file, Dataset dataset, Machine machine, Evaluator.TestProgress progress) {
        Trainer.requireFit(configuration, dataset.test());
        ImageSet test = dataset.test();
        ImageSet train = dataset.train()
                .limit(Math.clamp(calibrationImages, 1, dataset.train().count()));
        int images = Math.max(test.count(), train.count());
        try (Inference inference = Inference.open(configuration, model, machine, images);
                Workers workers = new Workers(machine.threads())) {
            NirGraph graph = FeedForwardGraph.of(configuration, inference.parameters());
            int used = calibrationImages == 0 ? 0 : train.count();
            if (used > 0) {
                graph = new Calibration(inference, train, workers).of(graph);
            }
            double error =
                    inference.evaluate(test, () -> false, (done, all) -> {}).errorPercent();
            // Whole already, and says so, should the rest be interrupted.
            GraphSummary written = write(file, graph, NOT_MEASURED);
            double exported = error(NirFile.read(file), test, workers, progress);
            write(file, graph, accuracy(used, test, error, exported));
            return new Accuracy(written, used, test.count(), error, exported);
        }
    }

    private Map<String, String> accuracy(int used, ImageSet test, double error, double exported) {
        Map<String, String> said = new LinkedHashMap<>();
        said.put("calibration_images", String.valueOf(used));
        said.put("test_images", test.count() + " of " + test.name());
        said.put("steps", String.valueOf(steps));
        said.put("settling_error_percent", String.format(Locale.ROOT, "%.2f", error));
        said.put("exported_error_percent", String.format(Locale.ROOT, "%.2f", exported));
        return said;
    }

    private GraphSummary write(Path file, NirGraph graph, Map<String, String> accuracy) {
        Map<String, String> said = new LinkedHashMap<>();
        said.put("source", "Equipoise");
        said.put("approximation", APPROXIMATION);
        said.put("input", coding().word());
        said.put("reset", "subtract");
        said.put("time_step", "1");
        said.putAll(accuracy);
        NirGraph pooled = pooling == NirNode.Pooling.SUM ? FeedForwardGraph.summing(graph) : graph;
        NirFile.write(file, pooled.withMetadata(said));
        return new GraphSummary(pooled.nodes().size(), coding());
    }

    private ImageCoding coding() {
        return configuration.neuron() instanceof NeuronSettings.Rate ? ImageCoding.VALUES : ImageCoding.SPIKES;
    }

    private double error(NirGraph graph, ImageSet images, Workers workers, Evaluator.TestProgress progress) {
        SpikingRun[] runs = new SpikingRun[workers.threads()];
        for (int worker = 0; worker < runs.length; worker++) {
            runs[worker] = new SpikingRun(graph, coding(), steps);
        }
        int[] answers = new int[images.count()];
        int together = Math.max(1, 8 * workers.threads());
        for (int first = 0; first < answers.length; first += together) {
            int from = first;
            workers.forEach(
                    Math.min(together, answers.length - from),
                    (worker, i) ->
                            answers[from + i] = Evaluator.answer(runs[worker].outputs(clamped(images, from + i))));
            progress.done(Math.min(from + together, answers.length), answers.length);
        }
        int errors = 0;
        for (int i = 0; i < answers.length; i++) {
            errors += answers[i] == images.label(i) ? 0 : 1;
        }
        return 100.0 * errors / answers.length;
    }

    private float[] clamped(ImageSet images, int image) {
        float[] values = new float[images.pixelsPerImage()];
        for (int i = 0; i < values.length; i++) {
            int position = i / images.channels();
            values[i] =
                    images.value(image, position / images.width(), position % images.width(), i % images.channels());
        }
        return ClampedImages.normalised(configuration.network().normalisation(), values);
    }
}

package org.equipoise.cli;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.data.Dataset;
import org.equipoise.data.ImageSet;
import org.equipoise.training.DataSelection;
import org.equipoise.training.Evaluation;
import org.equipoise.training.Inference;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Trainer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tests a network on labelled images. */
@Command(
        name = "eval",
        description = "Tests a trained network on a data set: its error, its loss and which classes it confuses.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise eval runs/paper",
            "  ./equipoise eval best.safetensors --data mnist --test-limit 1000 --json"
        })
final class EvalCommand extends ResultCommand {
    /** Which half of a data set. */
    enum Split {
        TEST,
        TRAIN
    }

    @Mixin
    final ModelOption model = new ModelOption();

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final DataOptions data = new DataOptions();

    @Option(
            names = "--split",
            paramLabel = "test|train",
            defaultValue = "test",
            description = "Which images of the data set (default: ${DEFAULT-VALUE}).")
    Split split = Split.TEST;

    @Option(
            names = "--hold-out",
            paramLabel = "N",
            description =
                    "Test with the last N training images, which 'train --hold-out N' has not learnt from, in place of"
                            + " the test images.")
    @Nullable
    Integer holdOut;

    @Option(names = "--quiet", description = "Do not tell how it goes.")
    boolean quiet;

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    /** The result, with the names of its JSON. */
    record Report(
            double errorPercent,
            double loss,
            int samples,
            List<List<Integer>> confusion,
            double seconds,
            double sampleStepsPerSecond,
            double stepsSavedPercent) {}

    @Override
    public Integer call() {
        ModelFile file = model.file();
        Configuration configuration = network.startingFrom(file, List.of());
        String trainedOn = file.provenance().getOrDefault("data", DataSelection.DEFAULT);
        Dataset dataset = data.open(DataSelection.all(trainedOn), holdOut, catalogue());
        ImageSet images = split == Split.TEST ? dataset.test() : dataset.train();
        Trainer.requireFit(configuration, images);
        StatusLine status = status(quiet);
        try (Inference inference = Inference.open(configuration, file, compute.machine(), images.count())) {
            long start = System.nanoTime();
            Evaluation evaluation = inference.evaluate(images, () -> false, status.images("testing"));
            status.clear();
            double seconds = (System.nanoTime() - start) / 1e9;
            Report report = new Report(
                    evaluation.errorPercent(),
                    evaluation.loss(),
                    evaluation.samples(),
                    evaluation.confusion(),
                    seconds,
                    evaluation.steps().taken() / seconds,
                    evaluation.steps().savedPercent());
            print(report, lines(report, evaluation, images.name(), dataset.classNames()));
        }
        return ExitCode.DONE;
    }

    private static List<String> lines(Report report, Evaluation evaluation, String images, List<String> classNames) {
        List<String> lines = new ArrayList<>();
        lines.add(Text.format(
                "Error %.2f %% (%,d of %,d images of '%s'), loss %.4f; %.1f s, %,.0f sample-steps a second.",
                report.errorPercent(),
                evaluation.errors(),
                report.samples(),
                images,
                report.loss(),
                report.seconds(),
                report.sampleStepsPerSecond()));
        if (evaluation.steps().saved() > 0) {
            lines.add(Text.format("Images that settled early saved %.1f %% of the steps.", report.stepsSavedPercent()));
        }
        lines.add("");
        lines.addAll(confusion(report.confusion(), classNames));
        return lines;
    }

    private static List<String> confusion(List<List<Integer>> confusion, List<String> classNames) {
        int name = classNames.stream().mapToInt(String::length).max().orElse(0);
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder(Text.format("%" + Math.max(name, 4) + "s", "true"));
        for (int c = 0; c < confusion.getFirst().size(); c++) {
            head.append(Text.format("%7s", "as " + c));
        }
        lines.add(head.toString());
        for (int c = 0; c < confusion.size(); c++) {
            StringBuilder row = new StringBuilder(Text.format("%" + Math.max(name, 4) + "s", classNames.get(c)));
            confusion.get(c).forEach(count -> row.append(Text.format("%7d", count)));
            lines.add(row.toString());
        }
        return lines;
    }
}

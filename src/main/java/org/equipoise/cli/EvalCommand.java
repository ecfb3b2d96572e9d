package org.equipoise.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.equipoise.config.Configuration;
import org.equipoise.data.Dataset;
import org.equipoise.data.ImageSet;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.training.DataSelection;
import org.equipoise.training.Evaluation;
import org.equipoise.training.Inference;
import org.equipoise.training.Machine;
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
            "  ./equipoise eval --model runs/paper",
            "  ./equipoise eval --model best.safetensors --data mnist --test-limit 1000 --json"
        })
final class EvalCommand implements Callable<Integer> {
    private final Session session;

    /** Which half of a data set. */
    enum Split {
        TEST,
        TRAIN
    }

    /** Reads one of them. */
    static final class SplitChoice extends Choice<Split> {
        SplitChoice() {
            super(Split.values());
        }
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
            converter = SplitChoice.class,
            defaultValue = "test",
            description = "Which images of the data set (default: ${DEFAULT-VALUE}).")
    Split split = Split.TEST;

    @Option(
            names = "--hold-out",
            paramLabel = "N",
            converter = CountConverter.class,
            description =
                    "Test with the last N training images, which 'train --hold-out N' has not learnt from, in place of"
                            + " the test images.")
    @Nullable
    Integer holdOut;

    @Option(names = "--quiet", description = "Do not tell how it goes.")
    boolean quiet;

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Mixin
    final JsonOption output = new JsonOption();

    /** The result, with the names of its JSON. */
    record Report(
            double errorPercent,
            double loss,
            int samples,
            List<List<Integer>> confusion,
            double seconds,
            double sampleStepsPerSecond,
            double stepsSavedPercent) {}

    EvalCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        ModelFile file = model.file();
        Configuration configuration = network.of(file, List.of());
        Dataset dataset = selection(file.provenance()).open(session.catalogue());
        ImageSet images = split == Split.TEST ? dataset.test() : dataset.train();
        Trainer.requireFit(configuration, images);
        Machine machine = compute.machine(KernelSelection.ofThisJvm());
        StatusLine status = StatusLine.of(session.surroundings(), quiet);
        try (Inference inference = new Inference(configuration, file, machine, images.count())) {
            long start = System.nanoTime();
            Evaluation evaluation = inference.evaluate(images, () -> false, (done, all) -> {
                if (status.due()) {
                    status.show("testing", (double) done / all, Wording.format("%,d of %,d images", done, all));
                }
            });
            status.clear();
            double seconds = (System.nanoTime() - start) / 1e9;
            report(evaluation, images, dataset.classNames(), seconds);
        }
        return ExitCode.DONE;
    }

    /** What the model was trained on, if it says, unless something else is asked for. */
    private DataSelection selection(Map<String, String> provenance) {
        String trainedOn = provenance.getOrDefault("data", DataSelection.DEFAULT);
        return DataSelection.all(trainedOn).with(data.data, data.trainLimit, data.testLimit, holdOut);
    }

    private void report(Evaluation evaluation, ImageSet images, List<String> classNames, double seconds) {
        double perSecond = evaluation.steps().taken() / seconds;
        if (output.json) {
            session.printJson(new Report(
                    evaluation.errorPercent(),
                    evaluation.loss(),
                    evaluation.samples(),
                    evaluation.confusion(),
                    seconds,
                    perSecond,
                    evaluation.steps().savedPercent()));
            return;
        }
        session.print(Wording.format(
                "Error %.2f %% (%,d of %,d images of '%s'), loss %.4f; %.1f s, %,.0f sample-steps a second.",
                evaluation.errorPercent(),
                evaluation.errors(),
                evaluation.samples(),
                images.name(),
                evaluation.loss(),
                seconds,
                perSecond));
        if (evaluation.steps().saved() > 0) {
            session.print(Wording.format(
                    "Images that settled early saved %.1f %% of the steps.",
                    evaluation.steps().savedPercent()));
        }
        session.print("");
        confusion(evaluation.confusion(), classNames).forEach(session::print);
    }

    private static List<String> confusion(List<List<Integer>> confusion, List<String> classNames) {
        int name = classNames.stream().mapToInt(String::length).max().orElse(0);
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder(Wording.format("%" + Math.max(name, 4) + "s", "true"));
        for (int c = 0; c < confusion.getFirst().size(); c++) {
            head.append(Wording.format("%7s", "as " + c));
        }
        lines.add(head.toString());
        for (int c = 0; c < confusion.size(); c++) {
            StringBuilder row = new StringBuilder(Wording.format("%" + Math.max(name, 4) + "s", classNames.get(c)));
            confusion.get(c).forEach(count -> row.append(Wording.format("%7d", count)));
            lines.add(row.toString());
        }
        return lines;
    }
}

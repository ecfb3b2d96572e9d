package org.equipoise.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Inference;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Pictures;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies images. */
@Command(
        name = "predict",
        description = "Prints the class a trained network gives to each image, and its outputs.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise predict runs/paper three.png",
            "  ./equipoise predict best.safetensors t10k-images-idx3-ubyte.gz --json"
        })
final class PredictCommand extends ResultCommand {
    @Parameters(
            arity = "0..*",
            paramLabel = "FILE|RUN IMAGES",
            description = {
                "The network: a safetensors file, or the folder of a run, whose last checkpoint is used. A file of another"
                        + " program needs --preset or --config as well.",
                "After it images: PNG, and IDX (raw or gzipped) or .npy files of any number of images: [N, C, H, W] or [N, H, W],"
                        + " numbers in [0, 1] or unsigned integers of 8 or 16 bits."
            })
    List<Path> paths = new ArrayList<>();

    @Option(names = ModelOption.NAME, paramLabel = ModelOption.LABEL, description = ModelOption.OTHER_NAME)
    @Nullable
    Path model;

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    /** One answer, with the names of its JSON. */
    record Prediction(
            String file, int index, @JsonProperty("class") int answer, List<Float> outputs) {
        static Prediction of(Path file, int index, float[] outputs) {
            List<Float> values = new ArrayList<>();
            for (float value : outputs) {
                values.add(value);
            }
            return new Prediction(file.toString(), index, Evaluator.answer(outputs), values);
        }

        private String line() {
            StringBuilder line = new StringBuilder(Text.format("%s %d: class %d ", file, index, answer));
            outputs.forEach(value -> line.append(Text.format(" %.3f", value)));
            return line.toString();
        }
    }

    @Override
    public Integer call() {
        List<Path> images = images();
        ModelFile file = ModelFile.at(model == null ? paths.getFirst() : model);
        Configuration configuration = network.startingFrom(file, List.of());
        List<Pictures> pictures = new ArrayList<>();
        for (Path path : images) {
            pictures.add(Pictures.read(path, configuration.network().input()));
        }
        int most = pictures.stream().mapToInt(Pictures::count).max().orElse(1);
        List<Prediction> predictions = new ArrayList<>();
        try (Inference inference = Inference.open(configuration, file, compute.machine(), most)) {
            for (int f = 0; f < pictures.size(); f++) {
                float[][] outputs = inference.outputs(pictures.get(f).count(), pictures.get(f));
                for (int i = 0; i < outputs.length; i++) {
                    predictions.add(Prediction.of(images.get(f), i, outputs[i]));
                }
            }
        }
        print(
                Map.of("predictions", predictions),
                predictions.stream().map(Prediction::line).toList());
        return ExitCode.DONE;
    }

    /** {@return the paths of images, which come after that of the network unless the option names it} */
    private List<Path> images() {
        if (model != null && !paths.isEmpty() && ModelOption.isNetwork(paths.getFirst())) {
            throw usage(ModelOption.twice(paths.getFirst()));
        }
        int first = model == null ? 1 : 0;
        if (paths.size() <= first) {
            throw usage("Too few paths were given; a network (FILE|RUN, or --model) and then IMAGES were expected");
        }
        return paths.subList(first, paths.size());
    }
}

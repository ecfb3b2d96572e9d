package org.equipoise.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.equipoise.config.Configuration;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Inference;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.equipoise.training.Pictures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Classifies images. */
@Command(
        name = "predict",
        description = "Prints the class a trained network gives to each image, and its outputs.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise predict --model runs/paper three.png",
            "  ./equipoise predict --model best.safetensors t10k-images-idx3-ubyte.gz --json"
        })
final class PredictCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    final ModelOption model = new ModelOption();

    @Parameters(
            arity = "1..*",
            paramLabel = "IMAGES",
            description =
                    "PNG images, and IDX (raw or gzipped) or .npy files of any number of images: [N, C, H, W] or [N, H, W],"
                            + " numbers in [0, 1] or unsigned bytes.")
    List<Path> files = new ArrayList<>();

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Mixin
    final JsonOption output = new JsonOption();

    /** One answer, with the names of its JSON. */
    record Prediction(
            String file, int index, @JsonProperty("class") int answer, List<Float> outputs) {}

    PredictCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        ModelFile file = model.file();
        Configuration configuration = network.of(file, List.of());
        List<Pictures> pictures = new ArrayList<>();
        for (Path path : files) {
            pictures.add(Pictures.read(path, configuration.network().input()));
        }
        int most = pictures.stream().mapToInt(Pictures::count).max().orElse(1);
        Machine machine = compute.machine(KernelSelection.ofThisJvm());
        List<Prediction> predictions = new ArrayList<>();
        try (Inference inference = new Inference(configuration, file, machine, most)) {
            for (int f = 0; f < pictures.size(); f++) {
                float[][] outputs = inference.outputs(pictures.get(f).count(), pictures.get(f));
                for (int i = 0; i < outputs.length; i++) {
                    predictions.add(prediction(files.get(f), i, outputs[i]));
                }
            }
        }
        if (output.json) {
            session.printJson(Map.of("predictions", predictions));
        } else {
            predictions.forEach(this::print);
        }
        return ExitCode.DONE;
    }

    private static Prediction prediction(Path file, int index, float[] outputs) {
        List<Float> values = new ArrayList<>();
        for (float value : outputs) {
            values.add(value);
        }
        return new Prediction(file.toString(), index, Evaluator.answer(outputs), values);
    }

    private void print(Prediction prediction) {
        StringBuilder line = new StringBuilder(
                Wording.format("%s %d: class %d ", prediction.file(), prediction.index(), prediction.answer()));
        prediction.outputs().forEach(value -> line.append(Wording.format(" %.3f", value)));
        session.print(line.toString());
    }
}

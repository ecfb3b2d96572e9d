package org.equipoise.cli;

import java.nio.file.Path;
import org.equipoise.training.ModelFile;
import picocli.CommandLine.Option;

/** The option that names a trained network. */
final class ModelOption {
    @Option(
            names = "--model",
            paramLabel = "FILE|RUN",
            required = true,
            description =
                    "A safetensors file, or the folder of a run, whose last checkpoint is used. A file of another program"
                            + " needs --preset or --config as well.")
    Path model = Path.of("");

    /** {@return the file that was named} */
    ModelFile file() {
        return ModelFile.at(model);
    }
}

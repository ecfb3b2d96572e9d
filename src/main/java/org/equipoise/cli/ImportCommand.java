package org.equipoise.cli;

import java.nio.file.Path;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.training.ModelFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads the parameters of another program. */
@Command(
        name = "import",
        description =
                "Reads weights and biases that another program wrote, checks them against a network, and writes a model that"
                        + " carries the network's settings, so that eval, predict, trace and train need no --config for it.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise import --model torch.safetensors --preset paper-mnist --out model.safetensors",
            "  ./equipoise train --init model.safetensors"
        })
final class ImportCommand extends ResultCommand {
    /** What can be read. */
    enum Format {
        SAFETENSORS
    }

    @Option(
            names = "--model",
            paramLabel = "FILE",
            required = true,
            description = "The file: layers.<l>.weight, (out, in, kh, kw) or (out, in), and layers.<l>.bias, l from 0.")
    Path model = Path.of("");

    @Option(
            names = "--format",
            paramLabel = "safetensors",
            defaultValue = "safetensors",
            description = "Its format (default: ${DEFAULT-VALUE}).")
    Format format = Format.SAFETENSORS;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The model to write.")
    Path out = Path.of("");

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    /** What was written, with the names of its JSON. */
    record Report(String out, long parameters) {}

    @Override
    public Integer call() {
        Configuration configuration = network.named(List.of())
                .orElseThrow(() -> usage("The network is not named; --config or --preset was expected"));
        Topology topology = Topology.of(configuration.network());
        try (Parameters parameters = Parameters.open(topology, Ledger.unlimited())) {
            new ModelFile(model).read(parameters);
            ModelFile.writeSafetensors(out, configuration, parameters);
        }
        print(
                new Report(out.toString(), topology.parameterCount()),
                List.of(Text.format("%s holds the %,d parameters and their network.", out, topology.parameterCount())));
        return ExitCode.DONE;
    }
}

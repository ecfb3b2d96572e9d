package org.equipoise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.interop.ParameterMapping;
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
            "  ./equipoise import --model theirs.safetensors --map layers.0=features.3 --config net.yaml --out model.safetensors",
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
            description =
                    "The file: layers.<l>.weight, (out, in, kh, kw) or (out, in), and layers.<l>.bias, l from 0, or other"
                            + " names that are unique by order and shape; biases that are not there are zero.")
    Path model = Path.of("");

    @Option(
            names = "--format",
            paramLabel = "safetensors",
            defaultValue = "safetensors",
            description = "Its format (default: ${DEFAULT-VALUE}).")
    Format format = Format.SAFETENSORS;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The model to write.")
    Path out = Path.of("");

    @Option(
            names = "--map",
            paramLabel = "NAME=TENSOR",
            description =
                    "Take a parameter, such as layers.0.weight, from this tensor of the file, or weight and bias of a layer, as"
                            + " layers.0=conv1; may be repeated. Without it tensors are told by names, shapes and numbers.")
    List<String> chosen = new ArrayList<>();

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    /** What was written, with the names of its JSON. */
    record Report(String out, long parameters, Map<String, String> mapping, List<String> zero, List<String> unused) {}

    @Override
    public Integer call() {
        Configuration configuration = network.named(List.of())
                .orElseThrow(() -> usage("The network is not named; --config or --preset was expected"));
        Topology topology = Topology.of(configuration.network());
        ParameterMapping mapping;
        try (Parameters parameters = Parameters.open(topology, Ledger.unlimited())) {
            mapping = new ModelFile(model).readForeign(parameters, chosen);
            ModelFile.writeSafetensors(out, configuration, parameters);
        }
        List<String> lines = new ArrayList<>();
        if (!mapping.keepsNames() || !mapping.zero().isEmpty()) {
            lines.addAll(mapping.lines());
        }
        lines.add(Text.format("%s holds the %,d parameters and their network.", out, topology.parameterCount()));
        print(
                new Report(
                        out.toString(), topology.parameterCount(), mapping.tensors(), mapping.zero(), mapping.unused()),
                lines);
        return ExitCode.DONE;
    }
}

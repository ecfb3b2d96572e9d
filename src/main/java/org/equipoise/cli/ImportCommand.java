package org.equipoise.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.equipoise.config.Configuration;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
final class ImportCommand implements Callable<Integer> {
    private final Session session;

    /** What can be read. */
    enum Format {
        SAFETENSORS
    }

    /** Reads one of them. */
    static final class FormatChoice extends Choice<Format> {
        FormatChoice() {
            super(Format.values());
        }
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
            converter = FormatChoice.class,
            defaultValue = "safetensors",
            description = "Its format (default: ${DEFAULT-VALUE}).")
    Format format = Format.SAFETENSORS;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The model to write.")
    Path out = Path.of("");

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final JsonOption output = new JsonOption();

    @Spec
    @Nullable
    CommandSpec command;

    /** What was written, with the names of its JSON. */
    record Report(String out, long parameters) {}

    ImportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Configuration configuration = network.named(List.of())
                .orElseThrow(() -> UsageFailure.of(
                        Objects.requireNonNull(command),
                        "The network is not named; --config or --preset was expected"));
        Topology topology = Topology.of(configuration.network());
        try (Parameters parameters = Parameters.open(topology, Ledger.unlimited())) {
            new ModelFile(model).read(parameters);
            ModelFile.writeSafetensors(out, configuration, parameters);
        }
        if (output.json) {
            session.printJson(new Report(out.toString(), topology.parameterCount()));
        } else {
            session.print(
                    Wording.format("%s holds the %,d parameters and their network.", out, topology.parameterCount()));
        }
        return ExitCode.DONE;
    }
}

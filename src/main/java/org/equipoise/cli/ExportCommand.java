package org.equipoise.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.equipoise.config.Configuration;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.training.ModelFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the parameters of a network for other programs. */
@Command(
        name = "export",
        description = "Writes the weights and biases of a trained network in a format that other programs read.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise export --model runs/paper --format safetensors --out paper.safetensors",
            "  ./equipoise export --model runs/paper --format npz --out paper.npz"
        })
final class ExportCommand implements Callable<Integer> {
    private final Session session;

    /** What can be written. */
    enum Format {
        SAFETENSORS,
        NPZ
    }

    /** Reads one of them. */
    static final class FormatChoice extends Choice<Format> {
        FormatChoice() {
            super(Format.values());
        }
    }

    @Mixin
    final ModelOption model = new ModelOption();

    @Option(
            names = "--format",
            paramLabel = "safetensors|npz",
            converter = FormatChoice.class,
            defaultValue = "safetensors",
            description = "safetensors, with the settings of the network as metadata, or a NumPy archive"
                    + " (default: ${DEFAULT-VALUE}). Arrays are layers.<l>.weight, (out, in, kh, kw) or (out, in), and"
                    + " layers.<l>.bias.")
    Format format = Format.SAFETENSORS;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to write.")
    Path out = Path.of("");

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final JsonOption output = new JsonOption();

    /** What was written, with the names of its JSON. */
    record Report(String out, String format, long parameters) {}

    ExportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        ModelFile file = model.file();
        Configuration configuration = network.of(file, List.of());
        Topology topology = Topology.of(configuration.network());
        try (Parameters parameters = new Parameters(topology, Ledger.unlimited())) {
            file.read(parameters);
            switch (format) {
                case SAFETENSORS -> ModelFile.writeSafetensors(out, configuration, parameters);
                case NPZ -> ModelFile.writeNpz(out, parameters);
            }
        }
        if (output.json) {
            session.printJson(new Report(out.toString(), Wording.word(format), topology.parameterCount()));
        } else {
            session.print(Wording.format("%s holds the %,d parameters.", out, topology.parameterCount()));
        }
        return ExitCode.DONE;
    }
}

package org.equipoise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.data.Dataset;
import org.equipoise.error.BadInputException;
import org.equipoise.experiment.feedforward.NirExport;
import org.equipoise.interop.Dtype;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;
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
            "  ./equipoise export runs/paper --format safetensors --out paper.safetensors",
            "  ./equipoise export runs/paper --format npz --out paper.npz",
            "  ./equipoise export runs/paper --format nir --out paper.nir --test-limit 200"
        })
final class ExportCommand extends ResultCommand {
    /** What can be written. */
    enum Format {
        SAFETENSORS,
        NPZ,
        NIR
    }

    @Mixin
    final ModelOption model = new ModelOption();

    @Option(
            names = "--format",
            paramLabel = "safetensors|npz|nir",
            defaultValue = "safetensors",
            description =
                    "safetensors, with the settings of the network as metadata, or npz, a NumPy archive; arrays are"
                            + " layers.<l>.weight, (out, in, kh, kw) or (out, in), and layers.<l>.bias. Or nir, a graph of"
                            + " integrate-and-fire neurons for other simulators, which is an approximation: it has no connections"
                            + " backwards (default: ${DEFAULT-VALUE}).")
    Format format = Format.SAFETENSORS;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to write.")
    Path out = Path.of("");

    @Option(
            names = "--float16",
            description =
                    "safetensors: round the parameters to 16 bits, which halves the file. They are read back as they then are.")
    boolean float16;

    @Mixin
    final NirOptions nir = new NirOptions();

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    /** What was written, with the names of its JSON. */
    record Report(String out, String format, long parameters) {}

    /** What was written as a NIR graph, with the names of its JSON; errors are null where nothing was measured. */
    record NirReport(
            String out,
            String format,
            int nodes,
            String input,
            int steps,
            int calibrationImages,
            int testImages,
            @Nullable Double errorPercent,
            @Nullable Double exportedErrorPercent) {}

    @Override
    public Integer call() {
        nir.require(format == Format.NIR);
        if (float16 && format != Format.SAFETENSORS) {
            throw new BadInputException("--float16 is given with --format " + Text.word(format)
                    + "; --format safetensors was expected with it.");
        }
        ModelFile file = model.file();
        Configuration configuration = network.startingFrom(file, List.of());
        switch (format) {
            case SAFETENSORS, NPZ -> writeParameters(file, configuration);
            case NIR -> {
                NirReport report = writeNir(file, configuration);
                print(report, lines(report));
            }
        }
        return ExitCode.DONE;
    }

    private void writeParameters(ModelFile file, Configuration configuration) {
        Topology topology = Topology.of(configuration.network());
        try (Parameters parameters = Parameters.open(topology, Ledger.unlimited())) {
            file.read(parameters);
            if (format == Format.NPZ) {
                ModelFile.writeNpz(out, parameters);
            } else {
                ModelFile.writeSafetensors(out, configuration, parameters, float16 ? Dtype.F16 : Dtype.F32);
            }
        }
        print(
                new Report(out.toString(), Text.word(format), topology.parameterCount()),
                List.of(Text.format("%s holds the %,d parameters.", out, topology.parameterCount())));
    }

    private NirReport writeNir(ModelFile file, Configuration configuration) {
        int steps = nir.steps == null ? configuration.phases().free() : nir.steps;
        NirExport export = new NirExport(configuration, file, nir.pooling(), nir.calibrationImages(), steps);
        if (nir.noData) {
            NirExport.GraphSummary written = export.write(out);
            return new NirReport(
                    out.toString(), "nir", written.nodes(), written.coding().word(), steps, 0, 0, null, null);
        }
        Dataset all = nir.selection(file.provenance()).open(catalogue());
        Dataset dataset = nir.selection(file.provenance())
                .with(null, null, nir.testImages(all.test().count()), null)
                .open(catalogue());
        StatusLine status = status(nir.quiet);
        NirExport.Accuracy measured = export.write(out, dataset, compute.machine(), status.images("measuring"));
        status.clear();
        return new NirReport(
                out.toString(),
                "nir",
                measured.written().nodes(),
                measured.written().coding().word(),
                steps,
                measured.calibrationImages(),
                measured.testImages(),
                measured.errorPercent(),
                measured.exportedErrorPercent());
    }

    private static List<String> lines(NirReport report) {
        List<String> lines = new ArrayList<>(
                List.of(
                        Text.format(
                                "%s holds the feed-forward part of the network as a NIR graph of %d nodes.",
                                report.out(), report.nodes()),
                        "It is an approximation: the connections backwards, under which the network settles, have no place in it."));
        if (report.errorPercent() == null || report.exportedErrorPercent() == null) {
            lines.add("How much worse it is was not measured.");
            return lines;
        }
        lines.add(
                report.calibrationImages() == 0
                        ? "Weights and biases are those of the network."
                        : Text.format(
                                "A gain and a bias for each channel, fitted on %,d training images, make up for them in part.",
                                report.calibrationImages()));
        lines.add(Text.format(
                "Error on %,d test images: %.2f %% of the network that settles, %.2f %% of the graph with %,d steps of spikes.",
                report.testImages(), report.errorPercent(), report.exportedErrorPercent(), report.steps()));
        return lines;
    }
}

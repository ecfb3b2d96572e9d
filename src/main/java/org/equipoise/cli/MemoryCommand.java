package org.equipoise.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.Presets;
import org.equipoise.error.WorkFailedException;
import org.equipoise.experiment.ChildJvm;
import org.equipoise.experiment.Footprint;
import org.equipoise.experiment.LearningVariant;
import org.equipoise.experiment.MemoryExperiment;
import org.equipoise.experiment.MemoryReport;
import org.equipoise.experiment.MemoryRow;
import org.equipoise.interop.TemporaryFiles;
import org.equipoise.memory.MemorySize;
import org.equipoise.plot.FigureFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how much memory ways of learning take. */
@Command(
        name = "memory",
        description = {
            "Compares the memory of ways of learning over numbers of time steps T, as it is predicted before a run and as it is"
                    + " measured: each row trains on one batch of random images, every step of it, in a process of its own.",
            "Writes memory.csv, memory.json, memory.md and memory.png.",
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise memory",
            "  ./equipoise memory --preset quick --time-steps 25,50,100 --batch 1,10 --out quick-memory",
            "  ./equipoise memory --batch 125 --threads 1 --json"
        })
final class MemoryCommand extends ResultCommand {
    private static final String DEFAULT_PRESET = "paper-mnist";

    @Option(
            names = "--time-steps",
            paramLabel = "T",
            split = ",",
            defaultValue = "25,50,100,150,250,500,1000",
            description = "Steps of the free phase, with commas between them (default: ${DEFAULT-VALUE}).")
    List<Integer> timeSteps = List.of();

    @Option(
            names = "--batch",
            paramLabel = "N",
            split = ",",
            defaultValue = "10",
            description = "Images of a batch, with commas between them (default: ${DEFAULT-VALUE}).")
    List<Integer> batches = List.of();

    @Option(
            names = "--algorithms",
            paramLabel = "NAME",
            split = ",",
            description = "Ways of learning, with commas between them (default: all; ${COMPLETION-CANDIDATES}).",
            completionCandidates = Algorithms.class)
    List<LearningVariant> algorithms = List.of(LearningVariant.values());

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "results/memory",
            description = "Folder to write to (default: ${DEFAULT-VALUE}).")
    Path out = Path.of("");

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Option(names = "--quiet", description = "Do not tell how it goes.")
    boolean quiet;

    /** The ways of learning, for help and completion. */
    static final class Algorithms implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(LearningVariant.values())
                    .map(LearningVariant::label)
                    .iterator();
        }
    }

    private Configuration configuration(List<String> settings) {
        return network.named(settings).orElseGet(() -> Presets.read(DEFAULT_PRESET, network.overrides(settings)));
    }

    @Override
    public Integer call() {
        MemoryExperiment experiment =
                new MemoryExperiment(this::configuration, compute.threads(), compute.budgetBytes());
        configuration(List.of());
        ReportFolder folder = new ReportFolder(out);
        folder.make();
        StatusLine status = status(quiet);
        MemoryReport report = experiment.run(
                algorithms, batches, timeSteps, new ProbeProcesses(compute), row -> status.line(line(row)));
        String label = network.label(DEFAULT_PRESET);
        folder.write("memory.csv", report.csv());
        folder.write("memory.json", Json.of(report) + "\n");
        folder.write("memory.md", report.page(label, command(label).toString()));
        FigureFile.write(out.resolve("memory.png"), report.plot(label));
        List<String> lines = new ArrayList<>(report.markdown().lines().toList());
        lines.add("Written to " + out + ": memory.csv, memory.json, memory.md and memory.png.");
        print(report, lines);
        return ExitCode.DONE;
    }

    private static String line(MemoryRow row) {
        String predicted = MemorySize.format(row.predictedBytes());
        return Text.format("%s, T %,d, batch %,d: ", row.algorithm(), row.timeSteps(), row.batch())
                + (row.measuredPeakBytes() == null
                        ? predicted + " predicted, which is over the budget."
                        : predicted + " predicted, " + MemorySize.format(row.measuredPeakBytes()) + " measured.");
    }

    private CommandText command(String label) {
        CommandText text = new CommandText("memory")
                .with("--preset", network.config == null ? label : null)
                .with("--config", network.config)
                .with("--time-steps", timeSteps)
                .with("--batch", batches)
                .with(
                        "--algorithms",
                        algorithms.stream().map(LearningVariant::label).toList())
                .with("--threads", compute.threads());
        network.settings.forEach(setting -> text.with("--set", setting));
        return text;
    }

    /** Measures in processes that run {@link Probe}. */
    private record ProbeProcesses(ComputeOptions compute) implements MemoryExperiment.Measurement {
        /** A small space for new objects: garbage that lies about uncollected would be counted as memory in use. */
        private static final ChildJvm JVM = new ChildJvm(Main.class.getName(), List.of("-Xmn8m"));

        @Override
        public Footprint nothing() {
            return probe();
        }

        @Override
        public Footprint oneBatch(Configuration configuration) {
            try {
                Path file = TemporaryFiles.file(".yaml");
                try {
                    Files.writeString(file, configuration.toYaml(), StandardCharsets.UTF_8);
                    return probe(
                            "--config",
                            file.toString(),
                            "--threads",
                            Integer.toString(compute.threads()),
                            "--max-memory",
                            Long.toString(compute.budgetBytes()));
                } finally {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                throw new WorkFailedException("A temporary file could not be written: " + e.getMessage() + ".", e);
            }
        }

        private static Footprint probe(String... options) {
            List<String> arguments = new ArrayList<>(List.of(Probe.NAME));
            arguments.addAll(List.of(options));
            return Json.read(JVM.run(arguments), Footprint.class);
        }
    }

    /** What {@code memory} runs in a process of its own for each row. */
    @Command(
            name = Probe.NAME,
            hidden = true,
            description =
                    "Trains on one batch of random images and prints the memory it took as JSON; without --config it does nothing"
                            + " and prints the memory of that.")
    static final class Probe extends Subcommand {
        static final String NAME = "memory-probe";

        @Option(names = "--config", paramLabel = "FILE", description = "What to train, in YAML.")
        @Nullable
        Path config;

        @Mixin
        final ComputeOptions compute = new ComputeOptions();

        @Override
        public Integer call() {
            printJson(
                    config == null
                            ? Footprint.ofNothing()
                            : Footprint.ofOneBatch(ConfigurationReader.read(config, List.of()), compute.machine()));
            return ExitCode.DONE;
        }
    }
}

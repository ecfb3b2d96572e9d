package org.equipoise.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.config.Configuration;
import org.equipoise.config.Presets;
import org.equipoise.experiment.LearningVariant;
import org.equipoise.experiment.MemoryExperiment;
import org.equipoise.experiment.MemoryReport;
import org.equipoise.experiment.MemoryRow;
import org.equipoise.memory.MemorySize;
import org.equipoise.plot.FigureFile;
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
final class MemoryCommand implements Callable<Integer> {
    private static final String DEFAULT_PRESET = "paper-mnist";

    private final Session session;

    @Option(
            names = "--time-steps",
            paramLabel = "T",
            split = ",",
            converter = CountConverter.class,
            defaultValue = "25,50,100,150,250,500,1000",
            description = "Steps of the free phase, with commas between them (default: ${DEFAULT-VALUE}).")
    List<Integer> timeSteps = List.of();

    @Option(
            names = "--batch",
            paramLabel = "N",
            split = ",",
            converter = CountConverter.class,
            defaultValue = "10",
            description = "Images of a batch, with commas between them (default: ${DEFAULT-VALUE}).")
    List<Integer> batches = List.of();

    @Option(
            names = "--algorithms",
            paramLabel = "NAME",
            split = ",",
            converter = VariantConverter.class,
            description = "Ways of learning, with commas between them (default: all; ${COMPLETION-CANDIDATES}).",
            completionCandidates = VariantNames.class)
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

    @Mixin
    final JsonOption output = new JsonOption();

    MemoryCommand(Session session) {
        this.session = session;
    }

    private Configuration configuration(List<String> settings) {
        return network.named(settings).orElseGet(() -> Presets.read(DEFAULT_PRESET, network.overrides(settings)));
    }

    @Override
    public Integer call() {
        String label = network.label(DEFAULT_PRESET);
        MemoryExperiment experiment =
                new MemoryExperiment(this::configuration, compute.threads(), compute.budgetBytes());
        configuration(List.of());
        new ReportFolder(out).make();
        StatusLine status = StatusLine.of(session.surroundings(), quiet);
        MemoryReport report = experiment.run(
                algorithms, batches, timeSteps, new MeasuringJvm(compute), row -> status.line(line(row)));
        writeAll(report, label);
        if (output.json) {
            session.printJson(report);
        } else {
            report.markdown().lines().forEach(session::print);
            session.print("Written to " + out + ": memory.csv, memory.json, memory.md and memory.png.");
        }
        return ExitCode.DONE;
    }

    private static String line(MemoryRow row) {
        String predicted = MemorySize.format(row.predictedBytes());
        return Wording.format("%s, T %,d, batch %,d: ", row.algorithm(), row.timeSteps(), row.batch())
                + (row.measuredPeakBytes() == null
                        ? predicted + " predicted, which is over the budget."
                        : predicted + " predicted, " + MemorySize.format(row.measuredPeakBytes()) + " measured.");
    }

    private void write(String name, String text) {
        new ReportFolder(out).write(name, text);
    }

    private void writeAll(MemoryReport report, String label) {
        write("memory.csv", report.csv());
        write("memory.json", Json.of(report) + "\n");
        write("memory.md", page(report, label));
        FigureFile.write(out.resolve("memory.png"), report.plot(label));
    }

    private String page(MemoryReport report, String label) {
        String base = report.baseRssBytes() == null
                ? ""
                : " A process that does nothing takes " + MemorySize.format(report.baseRssBytes())
                        + " of physical memory, the base.";
        return "# Memory of a training batch: " + label + "\n\n"
                + "Remade by `" + command(label) + "`.\n\n"
                + "Off-heap memory as predicted before the run and as booked at most during it, and the physical memory of the"
                + " whole process (Java heap and compiled code as well) at most." + base + "\n\n"
                + report.markdown()
                + "\n![Off-heap memory over time steps](memory.png)\n";
    }

    private String command(String label) {
        Stream<Object> words = Stream.of(
                "memory",
                network.config == null ? "--preset" : "--config",
                network.config == null ? label : network.config,
                "--time-steps",
                joined(timeSteps),
                "--batch",
                joined(batches),
                "--algorithms",
                joined(algorithms.stream().map(LearningVariant::label).toList()),
                "--threads",
                compute.threads());
        Stream<Object> settings = network.settings.stream().flatMap(setting -> Stream.of("--set", setting));
        return Session.command(Stream.concat(words, settings).toArray());
    }

    private static String joined(List<?> words) {
        return words.stream().map(Object::toString).collect(Collectors.joining(","));
    }
}

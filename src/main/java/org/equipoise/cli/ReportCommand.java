package org.equipoise.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.memory.MemorySize;
import org.equipoise.report.analysis.RunAnalysis;
import org.equipoise.report.analysis.RunRecord;
import org.equipoise.report.page.ReportPage;
import org.equipoise.training.Machine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a page about runs. */
@Command(
        name = "report",
        description = {
            "Makes one HTML page about a run, or about several side by side: curves, firing rates and saturation, confusion, the"
                    + " worst images, filters, how the network settles, how the two nudges differ, memory and provenance.",
            "The page needs nothing else: styles, charts and pictures are inside it. What has to be computed from the images of"
                    + " the run is left out, and the page says so, where they are not found.",
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise report runs/paper",
            "  ./equipoise report runs/spiking runs/rate --out compared.html"
        })
final class ReportCommand extends ResultCommand {
    private static final String FILE = "report.html";

    @Parameters(
            paramLabel = ModelOption.LABEL,
            arity = "0..*",
            description =
                    "The folders of the runs; of the last checkpoint, or of another one that is named as a file in it.")
    List<Path> paths = List.of();

    @Option(names = ModelOption.NAME, paramLabel = ModelOption.LABEL, description = ModelOption.OTHER_NAME)
    List<Path> models = List.of();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "The page to make or replace (default: report.html, in the folder of a single run or else here).")
    @Nullable
    Path out;

    @Option(
            names = "--data",
            paramLabel = "NAME|DIR",
            description = "Where the images of the runs are, if not where they were.")
    @Nullable
    String data;

    @Option(
            names = "--test-limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Look for the worst images among the first N test images (default: ${DEFAULT-VALUE}).")
    int testLimit;

    @Option(names = "--quiet", description = "Do not tell how it goes.")
    boolean quiet;

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    /** The result, with the names of its JSON. */
    record Report(String file, long bytes, List<String> runs, List<String> remarks) {}

    @Override
    public Integer call() {
        if (paths.isEmpty() == models.isEmpty()) {
            throw usage(
                    paths.isEmpty()
                            ? "No run was named; FILE|RUN or --model was expected"
                            : ModelOption.twice(paths.getFirst()));
        }
        List<RunRecord> runs = Stream.concat(paths.stream(), models.stream())
                .map(RunRecord::read)
                .toList();
        Machine machine = compute.machine();
        StatusLine status = status(quiet);
        RunAnalysis.Scope scope = new RunAnalysis.Scope(data, testLimit);
        List<RunAnalysis> analyses = runs.stream()
                .map(run -> RunAnalysis.of(run, scope, catalogue(), machine, status.images(run.name())))
                .toList();
        status.clear();
        Path file =
                out != null ? out : runs.size() == 1 ? runs.getFirst().folder().resolve(FILE) : Path.of(FILE);
        long bytes = ReportPage.of(analyses, Instant.now()).write(file);
        List<String> remarks = analyses.stream()
                .map(RunAnalysis::remark)
                .filter(remark -> !remark.isEmpty())
                .toList();
        List<String> lines =
                new ArrayList<>(List.of("The report is in " + file + " (" + MemorySize.format(bytes) + ")."));
        remarks.forEach(remark -> lines.add("Nothing could be computed from the images: " + remark));
        print(
                new Report(
                        file.toString(),
                        bytes,
                        runs.stream().map(run -> run.folder().toString()).toList(),
                        remarks),
                lines);
        return ExitCode.DONE;
    }
}

package org.equipoise.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.equipoise.kernel.KernelSelection;
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
final class ReportCommand implements Callable<Integer> {
    private static final String FILE = "report.html";

    private final Session session;

    @Parameters(paramLabel = "RUN", arity = "1..*", description = "The folders of the runs.")
    List<Path> folders = List.of();

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
            converter = CountConverter.class,
            defaultValue = "1000",
            description = "Look for the worst images among the first N test images (default: ${DEFAULT-VALUE}).")
    int testLimit;

    @Option(names = "--quiet", description = "Do not tell how it goes.")
    boolean quiet;

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Mixin
    final JsonOption output = new JsonOption();

    /** The result, with the names of its JSON. */
    record Report(String file, long bytes, List<String> runs, List<String> remarks) {}

    ReportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<RunRecord> runs = folders.stream().map(RunRecord::read).toList();
        Machine machine = compute.machine(KernelSelection.ofThisJvm());
        StatusLine status = StatusLine.of(session.surroundings(), quiet);
        RunAnalysis.Scope scope = new RunAnalysis.Scope(data, testLimit);
        List<RunAnalysis> analyses = new ArrayList<>();
        for (RunRecord run : runs) {
            analyses.add(RunAnalysis.of(run, scope, session.catalogue(), machine, (done, all) -> {
                if (status.due()) {
                    status.show(run.name(), (double) done / all, Wording.format("%,d of %,d images", done, all));
                }
            }));
        }
        status.clear();
        Path file = out != null ? out : folders.size() == 1 ? folders.getFirst().resolve(FILE) : Path.of(FILE);
        long bytes = ReportPage.of(analyses, Instant.now()).write(file);
        report(file, bytes, analyses);
        return ExitCode.DONE;
    }

    private void report(Path file, long bytes, List<RunAnalysis> analyses) {
        List<String> remarks = analyses.stream()
                .map(RunAnalysis::remark)
                .filter(remark -> !remark.isEmpty())
                .toList();
        if (output.json) {
            session.printJson(new Report(
                    file.toString(), bytes, folders.stream().map(Path::toString).toList(), remarks));
            return;
        }
        session.print("The report is in " + file + " (" + MemorySize.format(bytes) + ").");
        remarks.forEach(remark -> session.print("Nothing could be computed from the images: " + remark));
    }
}

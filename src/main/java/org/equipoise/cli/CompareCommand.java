package org.equipoise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.experiment.TimeToError;
import org.equipoise.plot.FigureFile;
import org.equipoise.training.ErrorCurve;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Draws errors of runs over time. */
@Command(
        name = "compare",
        description = {
            "Draws the error of several runs over wall-clock time, and says when each comes to a published error: as PNG, CSV and"
                    + " Markdown.",
            "A run is the folder of one, or a CSV file of another program with the columns seconds and testErrorPercent and, if there"
                    + " are, epoch, trainErrorPercent and processor."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./equipoise compare runs/spiking runs/rate",
            "  ./equipoise compare EP=runs/spiking PyTorch=torch.csv --published 8.89 --out results/time"
        })
final class CompareCommand extends ResultCommand {
    private static final String NAME = "time-to-error";

    @Parameters(
            arity = "1..*",
            paramLabel = "[LABEL=]RUN",
            description = "Folders and CSV files, each under a label of its own or else its name.")
    List<String> runs = List.of();

    @Option(names = "--published", paramLabel = "PERCENT", description = "Draw a line at this error.")
    @Nullable
    Double published;

    @Option(
            names = "--title",
            paramLabel = "TEXT",
            defaultValue = "Error over training time",
            description = "The line above the figure (default: ${DEFAULT-VALUE}).")
    String title = "";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "runs/compared",
            description = "Folder to write to (default: ${DEFAULT-VALUE}).")
    Path out = Path.of("");

    @Override
    public Integer call() {
        if (published != null && !(published > 0 && published <= 100)) {
            throw usage("--published is " + published + " where a number above 0 and up to 100 was expected");
        }
        List<ErrorCurve> curves = runs.stream().map(this::curve).toList();
        if (curves.stream().map(ErrorCurve::label).distinct().count() < curves.size()) {
            throw usage("two runs have the same name where LABEL=RUN was expected to tell them apart");
        }
        TimeToError compared = new TimeToError(title, published, curves);
        ReportFolder folder = new ReportFolder(out);
        folder.make();
        CommandText command = new CommandText("compare").with("--published", published);
        if (spec.commandLine().getParseResult().hasMatchedOption("--title")) {
            command.with("--title", title);
        }
        List<String> files = List.of(NAME + ".csv", NAME + ".md", NAME + ".png");
        folder.write(files.get(0), compared.values().csv());
        folder.write(files.get(1), compared.page(command.words(runs).toString(), files.get(2)));
        FigureFile.write(out.resolve(files.get(2)), compared.figure());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("out", out.toString());
        json.put("files", files);
        json.put("runs", compared.summary().maps());
        List<String> lines =
                new ArrayList<>(compared.summary().markdown().lines().toList());
        lines.add("");
        lines.add("Written to " + out + ": " + String.join(", ", files) + ".");
        print(json, lines);
        return ExitCode.DONE;
    }

    private ErrorCurve curve(String run) {
        int equals = run.indexOf('=');
        Path place;
        try {
            place = Converters.path(run.substring(equals + 1));
        } catch (TypeConversionException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        return ErrorCurve.read(equals > 0 ? run.substring(0, equals) : name(place), place);
    }

    private static String name(Path place) {
        Path last = place.toAbsolutePath().normalize().getFileName();
        return last == null ? place.toString() : NetworkOptions.stem(last);
    }
}

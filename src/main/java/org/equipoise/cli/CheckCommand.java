package org.equipoise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.error.WorkFailedException;
import org.equipoise.training.CheckedCheckpoint;
import org.equipoise.training.RunCheck;
import org.equipoise.training.RunDirectory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies a run directory. */
@Command(
        name = "check",
        description = {
            "Verifies the folder of a run: reads every byte of its checkpoints, compares them with their checksums and all files"
                    + " with each other. Nothing is changed, and no data set is needed.",
            "The state that is printed is a hash of all that the computation determines: runs with the same state agree bit for"
                    + " bit. Exit code 1 says that something is wrong."
        },
        sortOptions = false,
        footer = {"", "Examples:", "  ./equipoise check runs/paper", "  ./equipoise check runs/paper --json"})
final class CheckCommand extends ResultCommand {
    @Parameters(paramLabel = "RUN", arity = "0..1", description = "The folder of a run, or the last checkpoint in it.")
    @Nullable
    Path path;

    @Option(names = ModelOption.NAME, paramLabel = "RUN", description = ModelOption.OTHER_NAME)
    @Nullable
    Path model;

    /** The result, with the names of its JSON. */
    record Report(
            String runDir,
            boolean ok,
            List<CheckedCheckpoint> checkpoints,
            List<RunCheck.Finding> findings,
            List<String> notes) {}

    @Override
    public Integer call() {
        Path named = ModelOption.one(spec, path, model);
        if (named == null) {
            throw usage("No run was named; RUN or --model was expected");
        }
        Path run = RunDirectory.at(named).folder();
        RunCheck check = RunCheck.of(run);
        List<String> lines = new ArrayList<>();
        check.checkpoints().forEach(checkpoint -> lines.add(line(checkpoint)));
        lines.addAll(check.notes());
        check.findings().forEach(finding -> lines.add(finding.problem()));
        if (check.sound()) {
            lines.add("The run in " + run + " is whole.");
        }
        print(new Report(run.toString(), check.sound(), check.checkpoints(), check.findings(), check.notes()), lines);
        if (!check.sound()) {
            int findings = check.findings().size();
            throw new WorkFailedException("The run in " + run + " is not whole: "
                    + (findings == 1 ? "one thing is" : findings + " things are") + " wrong with it.");
        }
        return ExitCode.DONE;
    }

    private static String line(CheckedCheckpoint checkpoint) {
        return Text.format(
                "%-21s after %s and %s, %,d bytes, state %s",
                checkpoint.file(),
                Text.count(checkpoint.epochs(), "epoch"),
                checkpoint.batches() == 1 ? "1 batch" : Text.format("%,d batches", checkpoint.batches()),
                checkpoint.bytes(),
                checkpoint.stateSha256());
    }
}

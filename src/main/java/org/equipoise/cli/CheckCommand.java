package org.equipoise.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.equipoise.error.WorkFailedException;
import org.equipoise.training.CheckedCheckpoint;
import org.equipoise.training.RunCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
final class CheckCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "RUN", description = "The folder of a run.")
    Path run = Path.of("");

    @Mixin
    final JsonOption output = new JsonOption();

    /** The result, with the names of its JSON. */
    record Report(
            String runDir,
            boolean ok,
            List<CheckedCheckpoint> checkpoints,
            List<RunCheck.Finding> findings,
            List<String> notes) {}

    CheckCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        RunCheck check = RunCheck.of(run);
        if (output.json) {
            session.printJson(
                    new Report(run.toString(), check.sound(), check.checkpoints(), check.findings(), check.notes()));
        } else {
            check.checkpoints().forEach(checkpoint -> session.print(line(checkpoint)));
            check.notes().forEach(session::print);
            check.findings().forEach(finding -> session.print(finding.problem()));
        }
        if (!check.sound()) {
            int findings = check.findings().size();
            throw new WorkFailedException("The run in " + run + " is not whole: "
                    + (findings == 1 ? "one thing is" : findings + " things are") + " wrong with it.");
        }
        if (!output.json) {
            session.print("The run in " + run + " is whole.");
        }
        return ExitCode.DONE;
    }

    private static String line(CheckedCheckpoint checkpoint) {
        return Wording.format(
                "%-21s after %s and %s, %,d bytes, state %s",
                checkpoint.file(),
                Wording.count(checkpoint.epochs(), "epoch"),
                checkpoint.batches() == 1 ? "1 batch" : Wording.format("%,d batches", checkpoint.batches()),
                checkpoint.bytes(),
                checkpoint.stateSha256());
    }
}

package org.equipoise.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.data.FileCheck;
import org.equipoise.data.KnownDataset;
import org.equipoise.data.LocatedDataset;
import org.equipoise.error.WorkFailedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Checks the files of a data set. */
@Command(
        name = "verify",
        description = "Checks the files of a data set against their checksums, CIFAR's for their sizes and labels;"
                + " exit code 1 says that one is wrong.",
        footer = {"", "Example:", "  ./equipoise data verify mnist"})
final class DataVerifyCommand extends ResultCommand {
    @Parameters(paramLabel = "NAME", description = "A data set that 'data list' knows.")
    String name = "";

    @Override
    public Integer call() {
        LocatedDataset located = catalogue().find(name);
        List<FileCheck> checks = located.verify();
        long wrong = checks.stream().filter(check -> !check.right()).count();
        if (json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("name", name);
            result.put("ok", wrong == 0);
            result.put("files", checks);
            printJson(result);
        } else {
            checks.forEach(check -> print(verdict(check) + "  " + check.where() + problem(check)));
        }
        if (wrong > 0) {
            throw new WorkFailedException(wrong + " of the " + checks.size() + " files of " + name
                    + " are missing or wrong; " + remedy(located));
        }
        return ExitCode.DONE;
    }

    private static String remedy(LocatedDataset located) {
        return located.set().source() instanceof KnownDataset.UserFolder user
                ? user.files() + " were expected in '" + located.where() + "'."
                : "'" + new CommandText("data", "fetch", located.set().name()) + "' gets them.";
    }

    private static String problem(FileCheck check) {
        return check.problem() == null ? "" : ": " + check.problem();
    }

    private static String verdict(FileCheck check) {
        if (!check.present()) {
            return "missing";
        }
        return check.right() ? "right  " : "wrong  ";
    }
}

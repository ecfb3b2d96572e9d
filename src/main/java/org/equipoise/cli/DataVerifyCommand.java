package org.equipoise.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.equipoise.data.FileCheck;
import org.equipoise.error.WorkFailedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Checks the files of a data set. */
@Command(
        name = "verify",
        description = "Checks the files of a data set against their checksums; exit code 1 says that one is wrong.",
        footer = {"", "Example:", "  ./equipoise data verify mnist"})
final class DataVerifyCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "NAME", description = "digits, mnist or fashion-mnist.")
    String name = "";

    @Mixin
    final JsonOption output = new JsonOption();

    DataVerifyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<FileCheck> checks = session.catalogue().verify(name);
        long wrong = checks.stream().filter(check -> !check.sha256Ok()).count();
        if (output.json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("name", name);
            result.put("ok", wrong == 0);
            result.put("files", checks);
            session.printJson(result);
        } else {
            checks.forEach(check -> session.print(verdict(check) + "  " + check.where()));
        }
        if (wrong > 0) {
            throw new WorkFailedException(wrong + " of the " + checks.size() + " files of " + name
                    + " are missing or wrong; '" + Session.command("data", "fetch", name) + "' gets them.");
        }
        return ExitCode.DONE;
    }

    private static String verdict(FileCheck check) {
        if (!check.present()) {
            return "missing";
        }
        return check.sha256Ok() ? "right  " : "wrong  ";
    }
}

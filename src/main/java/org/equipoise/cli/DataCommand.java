package org.equipoise.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Parent of the commands about data sets. */
@Command(
        name = "data",
        description = "Fetches, checks and lists data sets.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  ./equipoise data fetch mnist"})
final class DataCommand implements Runnable {
    @Spec
    @Nullable
    CommandSpec command;

    @Override
    public void run() {
        if (command != null) {
            throw UsageFailure.of(
                    command, "'data' was given alone where 'data list', 'data fetch' or 'data verify' was expected");
        }
    }
}

package org.equipoise.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Parent of the commands about settings. */
@Command(
        name = "config",
        description = "Shows settings.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  ./equipoise config show --preset paper-mnist"})
final class ConfigCommand implements Runnable {
    @Spec
    @Nullable
    CommandSpec command;

    @Override
    public void run() {
        if (command != null) {
            throw UsageFailure.of(command, "'config' was given alone where 'config show' was expected");
        }
    }
}

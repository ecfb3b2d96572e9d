package org.equipoise.cli;

import picocli.CommandLine.Command;

/** Parent of the commands about data sets. */
@Command(
        name = "data",
        description = "Fetches, checks and lists data sets.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  ./equipoise data fetch mnist"})
final class DataCommand extends Subcommand {
    @Override
    public Integer call() {
        throw usage("'data' was given alone where 'data list', 'data fetch' or 'data verify' was expected");
    }
}

package org.equipoise.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program itself, which only has commands. */
@Command(
        name = EquipoiseCommand.NAME,
        description = "Trains spiking convolutional networks by Equilibrium Propagation on CPUs.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Exit codes: 0 done, 1 the work failed, 2 wrong usage or bad input, 3 over the memory budget,",
            "130 interrupted after saving.",
            "",
            "Examples:",
            "  ./equipoise train                      trains a small network in less than two minutes",
            "  ./equipoise train --preset paper-mnist --data mnist",
            "  ./equipoise train --help               says what a command can do"
        })
final class EquipoiseCommand implements Runnable {
    static final String NAME = "./equipoise";

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of what goes wrong.")
    boolean debug;

    @Spec
    @Nullable
    CommandSpec command;

    /** Shows what there is when no command is given. */
    @Override
    public void run() {
        if (command != null) {
            command.commandLine().usage(command.commandLine().getOut());
        }
    }
}

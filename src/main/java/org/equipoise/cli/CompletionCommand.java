package org.equipoise.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Prints what a shell needs to complete commands and options. */
@Command(
        name = "completion",
        description = "Prints a script with which bash and zsh complete the commands and options of equipoise.",
        footer = {
            "",
            "Examples:",
            "  source <(./equipoise completion)                                   in this shell",
            "  ./equipoise completion > ~/.local/share/bash-completion/completions/equipoise"
        })
final class CompletionCommand extends Subcommand {
    /** Shells complete a command by the last part of its path. */
    private static final String SCRIPT = "equipoise";

    @Override
    public Integer call() {
        environment().out().print(AutoComplete.bash(SCRIPT, spec.root().commandLine()));
        return ExitCode.DONE;
    }
}

package org.equipoise.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

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
final class CompletionCommand implements Callable<Integer> {
    /** Shells complete a command by the last part of its path. */
    private static final String SCRIPT = "equipoise";

    private final Session session;

    @Spec
    @Nullable
    CommandSpec command;

    CompletionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (command != null) {
            session.surroundings()
                    .out()
                    .print(AutoComplete.bash(SCRIPT, command.root().commandLine()));
        }
        return ExitCode.DONE;
    }
}

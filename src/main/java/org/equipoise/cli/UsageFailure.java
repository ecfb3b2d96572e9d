package org.equipoise.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.equipoise.error.Suggestion;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Words for arguments that no command takes. */
final class UsageFailure {
    private UsageFailure() {}

    /**
     * @param thrown what the parser, or a command that looked at its options, complained of
     * @return one sentence that names the argument and says where help is
     */
    static Failure of(ParameterException thrown) {
        CommandSpec command = thrown.getCommandLine().getCommandSpec();
        String complaint = thrown instanceof UnmatchedArgumentException unmatched
                ? complaint(command, unmatched.getUnmatched().getFirst())
                : sentenceStart(String.valueOf(thrown.getMessage()));
        return new Failure(ExitCode.BAD_INPUT, complaint + "; see '" + command.qualifiedName() + " --help'.");
    }

    private static String complaint(CommandSpec command, String argument) {
        if (argument.startsWith("-") && argument.length() > 1) {
            String name = argument.split("=", 2)[0];
            List<String> options = new ArrayList<>();
            for (OptionSpec option : command.options()) {
                options.addAll(List.of(option.names()));
            }
            return "There is no option '" + name + "'" + Suggestion.forWord(name, options);
        }
        if (!command.subcommands().isEmpty()) {
            return "There is no command '" + argument + "'"
                    + Suggestion.forWord(argument, command.subcommands().keySet());
        }
        return "The argument '" + argument + "' is one too many";
    }

    private static String sentenceStart(String message) {
        String text = message.strip().replaceFirst("[.;]$", "");
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    /**
     * @param command a command
     * @param message what is wrong with its options, a sentence without its full stop
     * @return an exception that is told like those of the parser
     */
    static ParameterException of(CommandSpec command, String message) {
        return new ParameterException(command.commandLine(), message);
    }
}

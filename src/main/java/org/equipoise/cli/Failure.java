package org.equipoise.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;
import org.equipoise.error.Suggestion;
import org.equipoise.error.WorkFailedException;
import org.equipoise.memory.BudgetExceededException;
import org.equipoise.parallel.ProcessLimits;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * How a command failed, for people and for the calling process.
 *
 * @param sentence the reason, on one line
 */
record Failure(int exitCode, String sentence) {
    /** Keeps the sentence on one line, whatever it quotes. */
    Failure {
        sentence = sentence.replaceAll("\\s*\\R\\s*", " ").strip();
    }

    static Failure of(Throwable thrown) {
        return switch (thrown) {
            case ParameterException usage -> new Failure(ExitCode.BAD_INPUT, usage(usage));
            case BadInputException bad -> new Failure(ExitCode.BAD_INPUT, message(bad));
            case BudgetExceededException over -> new Failure(ExitCode.OVER_BUDGET, message(over));
            case WorkFailedException failed -> new Failure(ExitCode.FAILED, message(failed));
            case UncheckedIOException io ->
                new Failure(ExitCode.FAILED, "Reading or writing failed" + reason(io) + ".");
            case OutOfMemoryError full -> new Failure(ExitCode.FAILED, exhausted(String.valueOf(full.getMessage())));
            default ->
                new Failure(ExitCode.FAILED, "Internal error (" + thrown + "); run with --debug for the stack trace.");
        };
    }

    /** {@return what has run out, which HotSpot tells by the message alone} */
    private static String exhausted(String message) {
        String words = message.toLowerCase(Locale.ROOT);
        if (words.contains("native thread")) {
            return "No more threads can be started, within "
                    + ProcessLimits.ofThisProcess().ofThreads() + "; --threads 1 needs the fewest.";
        }
        if (words.contains("metaspace") || words.contains("class space")) {
            return "The memory for Java's classes is full (" + message
                    + "); EQUIPOISE_JAVA_OPTS='-XX:CompressedClassSpaceSize=256m -XX:MaxMetaspaceSize=1g', for one, makes it larger.";
        }
        if (words.contains("direct buffer") || words.contains("native memory") || words.contains("map failed")) {
            String limit = ProcessLimits.ofThisProcess().ofMemory();
            return "The system gives no more memory (" + message + ")"
                    + (limit.isEmpty() ? "." : ", within " + limit + ".");
        }
        return "The Java heap of " + Runtime.getRuntime().maxMemory() / 1_000_000
                + " MB is full; EQUIPOISE_JAVA_OPTS=-Xmx8g, for one, makes it larger.";
    }

    private static String reason(UncheckedIOException thrown) {
        IOException cause = thrown.getCause();
        return cause == null ? "" : " because " + IoReason.of(cause);
    }

    private static String message(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null ? thrown.toString() : message;
    }

    /** {@return what is wrong with the arguments, and where help is} */
    private static String usage(ParameterException thrown) {
        CommandSpec command = thrown.getCommandLine().getCommandSpec();
        String problem = thrown instanceof UnmatchedArgumentException unmatched
                ? unknown(command, unmatched.getUnmatched().getFirst())
                : sentenceStart(String.valueOf(thrown.getMessage()));
        return problem + "; see '" + command.qualifiedName() + " --help'.";
    }

    private static String unknown(CommandSpec command, String argument) {
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
}

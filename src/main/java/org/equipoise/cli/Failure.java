package org.equipoise.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.equipoise.error.BadInputException;
import org.equipoise.error.IoReason;
import org.equipoise.error.WorkFailedException;
import org.equipoise.memory.BudgetExceededException;

/**
 * How a command ended badly, for people and for the calling process.
 *
 * @param exitCode what the process ends with
 * @param sentence the reason, on one line
 */
record Failure(int exitCode, String sentence) {
    /** Keeps the sentence on one line, whatever it quotes. */
    Failure {
        sentence = sentence.replaceAll("\\s*\\R\\s*", " ").strip();
    }

    static Failure of(Throwable thrown) {
        return switch (thrown) {
            case BadInputException bad -> new Failure(ExitCode.BAD_INPUT, message(bad));
            case BudgetExceededException over -> new Failure(ExitCode.OVER_BUDGET, message(over));
            case WorkFailedException failed -> new Failure(ExitCode.FAILED, message(failed));
            case UncheckedIOException io ->
                new Failure(ExitCode.FAILED, "Reading or writing failed" + reason(io) + ".");
            case OutOfMemoryError full ->
                new Failure(
                        ExitCode.FAILED,
                        "The Java heap of " + Runtime.getRuntime().maxMemory() / 1_000_000
                                + " MB is full; EQUIPOISE_JAVA_OPTS=-Xmx8g, for one, makes it larger.");
            default ->
                new Failure(ExitCode.FAILED, "Internal error (" + thrown + "); run with --debug for the stack trace.");
        };
    }

    private static String reason(UncheckedIOException thrown) {
        IOException cause = thrown.getCause();
        return cause == null ? "" : " because " + IoReason.of(cause);
    }

    private static String message(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null ? thrown.toString() : message;
    }
}

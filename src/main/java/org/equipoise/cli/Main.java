package org.equipoise.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/** Where the program starts. */
public final class Main {
    private Main() {}

    /** Runs a command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        // What a library formats is the same on every machine, too.
        Locale.setDefault(Locale.ROOT);
        Terminal.restoreStreams();
        quietenLibraries();
        Interruption interruption = new Interruption();
        int exitCode = run(args, Environment.ofThisProcess(), interruption);
        if (interruption.requested() && exitCode != ExitCode.DONE && exitCode != ExitCode.INTERRUPTED) {
            // The JVM is ending already and would say that all is saved.
            Runtime.getRuntime().halt(exitCode);
        }
        interruption.close();
        System.exit(exitCode);
    }

    /** A library logs through SLF4J, which would complain on standard error that nobody listens. */
    private static void quietenLibraries() {
        String verbosity = "slf4j.internal.verbosity";
        if (System.getProperty(verbosity) == null) {
            System.setProperty(verbosity, "ERROR");
        }
    }

    /** Runs a command inside this JVM. */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        return run(args, Environment.ofThisProcess(out, err));
    }

    static int run(String[] args, Environment environment) {
        try (Interruption interruption = new Interruption()) {
            return run(args, environment, interruption);
        }
    }

    private static int run(String[] args, Environment environment, Interruption interruption) {
        EquipoiseCommand program = new EquipoiseCommand(environment, interruption);
        int exitCode = execute(args, program);
        Optional<String> unwritten = environment.out() instanceof StandardOutput out ? out.failure() : Optional.empty();
        unwritten.ifPresent(reason -> environment
                .err()
                .println("What was printed could not be written to standard output because " + reason + "."));
        return unwritten.isPresent() && exitCode == ExitCode.DONE ? ExitCode.FAILED : exitCode;
    }

    private static int execute(String[] args, EquipoiseCommand program) {
        try {
            return program.commandLine()
                    .setParameterExceptionHandler((thrown, given) -> fail(thrown, program))
                    .setExecutionExceptionHandler((thrown, command, parsed) -> fail(thrown, program))
                    .execute(args);
        } catch (Throwable thrown) {
            return fail(thrown, program);
        }
    }

    private static int fail(Throwable thrown, EquipoiseCommand program) {
        Failure failure = Failure.of(thrown);
        program.environment.err().println(failure.sentence());
        if (program.debug) {
            thrown.printStackTrace(program.environment.err());
        }
        return failure.exitCode();
    }
}

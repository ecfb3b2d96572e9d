package org.equipoise.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** Where the program starts. */
public final class Main {
    private static final int USAGE_WIDTH = 100;

    private Main() {}

    /**
     * Runs a command and ends the JVM with its exit code.
     *
     * @param args the command and its arguments
     */
    public static void main(String[] args) {
        StandardError.restore();
        quietenLibraries();
        Interruption interruption = new Interruption();
        int exitCode = run(args, Surroundings.ofThisProcess(), interruption);
        System.out.flush();
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

    /**
     * Runs a command inside this JVM.
     *
     * @param args the command and its arguments
     * @param out where results go
     * @param err where progress and complaints go
     * @return the exit code
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        return run(args, Surroundings.ofThisProcess(out, err));
    }

    static int run(String[] args, Surroundings surroundings) {
        try (Interruption interruption = new Interruption()) {
            return run(args, surroundings, interruption);
        }
    }

    private static int run(String[] args, Surroundings surroundings, Interruption interruption) {
        EquipoiseCommand root = new EquipoiseCommand();
        CommandLine program = program(root, new Session(surroundings, interruption));
        try {
            return program.setParameterExceptionHandler((thrown, given) -> fail(thrown, root, surroundings))
                    .setExecutionExceptionHandler((thrown, command, parsed) -> fail(thrown, root, surroundings))
                    .execute(args);
        } catch (Throwable thrown) {
            return fail(thrown, root, surroundings);
        }
    }

    private static CommandLine program(EquipoiseCommand root, Session session) {
        CommandLine program = new CommandLine(root)
                .addSubcommand(new TrainCommand(session))
                .addSubcommand(new EvalCommand(session))
                .addSubcommand(new PredictCommand(session))
                .addSubcommand(new TraceCommand(session))
                .addSubcommand(new CommandLine(new DataCommand())
                        .addSubcommand(new DataListCommand(session))
                        .addSubcommand(new DataFetchCommand(session))
                        .addSubcommand(new DataVerifyCommand(session)))
                .addSubcommand(new ReportCommand(session))
                .addSubcommand(new CheckCommand(session))
                .addSubcommand(new ExportCommand(session))
                .addSubcommand(new ImportCommand(session))
                .addSubcommand(new CommandLine(new ConfigCommand()).addSubcommand(new ConfigShowCommand(session)))
                .addSubcommand(new BenchCommand(session))
                .addSubcommand(new GradcheckCommand(session))
                .addSubcommand(new MemoryCommand(session))
                .addSubcommand(new MemoryProbeCommand(session))
                .addSubcommand(new ReproduceCommand(session))
                .addSubcommand(new InfoCommand(session))
                .addSubcommand(new CompletionCommand(session));
        Surroundings surroundings = session.surroundings();
        standardOptions(program);
        return program.setOut(writer(surroundings.out()))
                .setErr(writer(surroundings.err()))
                .setColorScheme(CommandLine.Help.defaultColorScheme(surroundings.colours() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(USAGE_WIDTH)
                .setExpandAtFiles(false)
                .registerConverter(Path.class, new PathConverter());
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }

    private static void standardOptions(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new Version());
        command.getSubcommands().values().forEach(Main::standardOptions);
    }

    private static int fail(Throwable thrown, EquipoiseCommand root, Surroundings surroundings) {
        Failure failure = thrown instanceof ParameterException usage ? UsageFailure.of(usage) : Failure.of(thrown);
        surroundings.err().println(failure.sentence());
        if (root.debug) {
            thrown.printStackTrace(surroundings.err());
        }
        return failure.exitCode();
    }
}

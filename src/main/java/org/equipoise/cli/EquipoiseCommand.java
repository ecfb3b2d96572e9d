package org.equipoise.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Properties;
import org.equipoise.training.Provenance;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

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
final class EquipoiseCommand extends Subcommand {
    static final String NAME = "./equipoise";

    private static final int USAGE_WIDTH = 100;

    final Environment environment;
    final Interruption interruption;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of what goes wrong.")
    boolean debug;

    EquipoiseCommand(Environment environment, Interruption interruption) {
        this.environment = environment;
        this.interruption = interruption;
    }

    /** Shows what there is when no command is given. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return ExitCode.DONE;
    }

    /** {@return the program with all its commands} */
    CommandLine commandLine() {
        CommandLine program = new CommandLine(this)
                .addSubcommand(command(new TrainCommand()))
                .addSubcommand(command(new EvalCommand()))
                .addSubcommand(command(new PredictCommand()))
                .addSubcommand(command(new TraceCommand()))
                .addSubcommand(command(new DataCommand())
                        .addSubcommand(command(new DataCommand.Listing()))
                        .addSubcommand(command(new DataCommand.Fetch()))
                        .addSubcommand(command(new DataCommand.Verify())))
                .addSubcommand(command(new ReportCommand()))
                .addSubcommand(command(new CompareCommand()))
                .addSubcommand(command(new CheckCommand()))
                .addSubcommand(command(new ExportCommand()))
                .addSubcommand(command(new ImportCommand()))
                .addSubcommand(command(new ConfigCommand())
                        .addSubcommand(command(new ConfigCommand.Show()))
                        .addSubcommand(command(new ConfigCommand.Keys())))
                .addSubcommand(command(new BenchCommand()))
                .addSubcommand(command(new GradcheckCommand()))
                .addSubcommand(command(new MemoryCommand()))
                .addSubcommand(command(new MemoryCommand.Probe()))
                .addSubcommand(command(new ReproduceCommand()))
                .addSubcommand(command(new InfoCommand()))
                .addSubcommand(command(new CompletionCommand()));
        standardOptions(program);
        program.setOut(writer(environment.out()))
                .setErr(writer(environment.err()))
                .setColorScheme(CommandLine.Help.defaultColorScheme(environment.colours() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(USAGE_WIDTH)
                .setExpandAtFiles(false);
        return Converters.register(program);
    }

    private static CommandLine command(Subcommand command) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        return new CommandLine(command instanceof ResultCommand ? spec.addOption(ResultCommand.jsonOption()) : spec);
    }

    private static void standardOptions(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(EquipoiseCommand::version);
        command.getSubcommands().values().forEach(EquipoiseCommand::standardOptions);
    }

    private static String[] version() {
        Properties build = Provenance.build();
        String changed = Boolean.parseBoolean(build.getProperty("modified", "false")) ? ", with changes" : "";
        return new String[] {
            "Equipoise " + build.getProperty("version", "unknown") + " (commit "
                    + build.getProperty("commit", "unknown") + changed + ")"
        };
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, stream.charset());
    }
}

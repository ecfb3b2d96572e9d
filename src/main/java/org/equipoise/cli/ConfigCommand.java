package org.equipoise.cli;

import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationWriter;
import org.equipoise.network.Topology;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Parent of the commands about settings. */
@Command(
        name = "config",
        description = "Shows settings.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  ./equipoise config show --preset paper-mnist"})
final class ConfigCommand extends Subcommand {
    @Override
    public Integer call() {
        throw usage("'config' was given alone where 'config show' was expected");
    }

    /** Prints a configuration with every default written out. */
    @Command(
            name = "show",
            description = "Prints a preset or file with every setting written out, as YAML that --config reads.",
            footer = {
                "",
                "Examples:",
                "  ./equipoise config show --preset paper-mnist > my.yaml",
                "  ./equipoise config show --config my.yaml --set phases.free=100"
            })
    static final class Show extends ResultCommand {
        @Mixin
        final NetworkOptions network = new NetworkOptions();

        @Override
        public Integer call() {
            Configuration configuration = network.startingFrom(null, List.of());
            Topology.of(configuration.network()); // refuses layers that do not fit
            String yaml = ConfigurationWriter.toYaml(configuration);
            print(new YAMLMapper().readTree(yaml), yaml.lines().toList());
            return ExitCode.DONE;
        }
    }
}

package org.equipoise.cli;

import java.util.List;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.config.SettingsReference;
import org.equipoise.network.Topology;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Parent of the commands about settings. */
@Command(
        name = "config",
        description = "Shows settings.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Examples:", "  ./equipoise config keys", "  ./equipoise config show --preset paper-mnist"})
final class ConfigCommand extends Subcommand {
    @Override
    public Integer call() {
        throw usage("'config' was given alone where 'config show' or 'config keys' was expected");
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
            String yaml = configuration.toYaml();
            print(new YAMLMapper().readTree(yaml), yaml.lines().toList());
            return ExitCode.DONE;
        }
    }

    /** Prints what can be set. */
    @Command(
            name = "keys",
            description =
                    "Lists all settings that files and --set may have: usual value, what is allowed, what it means.",
            footer = {"", "Example:", "  ./equipoise config keys"})
    static final class Keys extends ResultCommand {
        @Override
        public Integer call() {
            List<SettingsReference.Line> settings = SettingsReference.lines();
            print(
                    Map.of("settings", settings),
                    settings.stream().map(Keys::text).toList());
            return ExitCode.DONE;
        }

        private static String text(SettingsReference.Line setting) {
            String kind = setting.when().isEmpty() ? "" : " with " + setting.when();
            return setting.key() + kind + ": " + setting.usual() + System.lineSeparator() + "    " + setting.meaning()
                    + (setting.allowed().isEmpty() ? "" : " (" + setting.allowed() + ")");
        }
    }
}

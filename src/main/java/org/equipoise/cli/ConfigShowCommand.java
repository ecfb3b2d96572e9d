package org.equipoise.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationWriter;
import org.equipoise.network.Topology;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.dataformat.yaml.YAMLMapper;

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
final class ConfigShowCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final JsonOption output = new JsonOption();

    ConfigShowCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Configuration configuration = network.startingFrom(null, List.of());
        Topology.of(configuration.network()); // refuses layers that do not fit
        String yaml = ConfigurationWriter.toYaml(configuration);
        if (output.json) {
            session.printJson(new YAMLMapper().readTree(yaml));
        } else {
            session.surroundings().out().print(yaml);
        }
        return ExitCode.DONE;
    }
}

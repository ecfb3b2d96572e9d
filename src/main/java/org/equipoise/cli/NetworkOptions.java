package org.equipoise.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.Presets;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say which network, and what to change of it. */
final class NetworkOptions {
    @Option(
            names = "--preset",
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = "A network and its training by name: ${COMPLETION-CANDIDATES}.")
    @Nullable
    String preset;

    @Option(names = "--config", paramLabel = "FILE", description = "The same from a YAML file.")
    @Nullable
    Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Change one setting, such as phases.free=100, or network.layers.0.conv=32 in the first layer; may be repeated.")
    List<String> settings = new ArrayList<>();

    @Spec(Spec.Target.MIXEE)
    CommandSpec command = CommandSpec.create();

    /** The presets, for help and completion. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Presets.names().iterator();
        }
    }

    /** Adds {@code key=value} to settings, unless there is no value. */
    static void set(List<String> settings, String key, @Nullable Object value) {
        if (value != null) {
            settings.add(key + "=" + value);
        }
    }

    /** {@return whether one of the options is there} */
    boolean given() {
        return preset != null || config != null || !settings.isEmpty();
    }

    /** {@return the settings of {@code --set} and then these, which go before them} */
    List<String> overrides(List<String> more) {
        List<String> all = new ArrayList<>(settings);
        all.addAll(more);
        return all;
    }

    /** {@return the preset or file that was named, with its changes} */
    Optional<Configuration> named(List<String> more) {
        if (preset != null && config != null) {
            throw new ParameterException(
                    command.commandLine(), "--preset and --config were both given where one of them was expected");
        }
        if (config != null) {
            return Optional.of(ConfigurationReader.read(config, overrides(more)));
        }
        return Optional.ofNullable(preset).map(name -> Presets.read(name, overrides(more)));
    }

    /** {@return the preset or file that was named, else the settings the model carries, else the quick preset, with the changes} */
    Configuration startingFrom(@Nullable ModelFile model, List<String> more) {
        return named(more).orElseGet(() -> {
            List<String> overrides = overrides(more);
            return model == null ? Presets.read(Presets.QUICK, overrides) : model.configuration(overrides);
        });
    }

    /** {@return a short name for the network} */
    String label(String otherwise) {
        if (config != null) {
            return stem(config);
        }
        return preset == null ? otherwise : preset;
    }

    /** {@return a file's name without its ending} */
    static String stem(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.[^.]+$", "");
    }
}

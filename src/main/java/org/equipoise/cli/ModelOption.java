package org.equipoise.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The trained network that a command is about: a path, or the option {@code --model}, which is its other name. */
final class ModelOption {
    static final String NAME = "--model";
    static final String LABEL = "FILE|RUN";
    static final String OTHER_NAME = "Another way to name it.";

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = LABEL,
            description =
                    "The network: a safetensors file, or the folder of a run, whose last checkpoint is used. A file of"
                            + " another program needs --preset or --config as well.")
    @Nullable
    Path path;

    @Option(names = NAME, paramLabel = LABEL, description = OTHER_NAME)
    @Nullable
    Path model;

    @Spec(Spec.Target.MIXEE)
    CommandSpec command = CommandSpec.create();

    /** {@return the path that was named in one of the ways, or null} */
    @Nullable
    Path path() {
        return one(command, path, model);
    }

    /** {@return the one of two paths that was given, or null} */
    static @Nullable Path one(CommandSpec command, @Nullable Path path, @Nullable Path model) {
        if (path != null && model != null) {
            throw new ParameterException(command.commandLine(), twice(path));
        }
        return path != null ? path : model;
    }

    /** {@return the file that was named, or null} */
    @Nullable
    ModelFile fileIfNamed() {
        Path named = path();
        return named == null ? null : ModelFile.at(named);
    }

    /** {@return the file that was named} */
    ModelFile file() {
        ModelFile file = fileIfNamed();
        if (file == null) {
            throw new ParameterException(
                    command.commandLine(), "No network was named; " + LABEL + " or " + NAME + " was expected");
        }
        return file;
    }

    /** {@return whether a path is that of a run or a model, not of an image} */
    static boolean isNetwork(Path path) {
        return Files.isDirectory(path) || path.toString().endsWith(".safetensors");
    }

    /** {@return what is wrong where a path was given beside the option} */
    static String twice(Object path) {
        return NAME + " and '" + path + "' both name a network or run where one of them was expected";
    }
}

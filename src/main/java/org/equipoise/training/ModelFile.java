package org.equipoise.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.Dtype;
import org.equipoise.interop.NpyArray;
import org.equipoise.interop.NpzFile;
import org.equipoise.interop.ParameterFile;
import org.equipoise.interop.ParameterMapping;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.SafetensorsWriter;
import org.equipoise.interop.Shape;
import org.equipoise.network.Connection;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;

/**
 * Parameters in a safetensors file: a checkpoint, a model with its configuration as metadata, or one of another program.
 *
 * @param file the file
 */
public record ModelFile(Path file) {
    private static final String LAYERS = "layers.";

    /**
     * @param fileOrRun a safetensors file, or the folder of a run, whose last checkpoint is meant
     * @return the file
     * @throws BadInputException if it is a folder without a run
     */
    public static ModelFile at(Path fileOrRun) {
        return new ModelFile(
                Files.isDirectory(fileOrRun) ? RunDirectory.open(fileOrRun).last() : fileOrRun);
    }

    /**
     * @param overrides settings that replace those of the file, as {@code key.key=value}
     * @return the settings that the file carries
     * @throws BadInputException if it cannot be read, or carries none
     */
    public Configuration configuration(List<String> overrides) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            String yaml = Optional.ofNullable(tensors.metadata().get(CheckpointHeader.CONFIGURATION))
                    .orElseThrow(
                            () -> new BadInputException(
                                    file
                                            + " holds parameters but not the settings of their network; --config or --preset was expected."));
            return ConfigurationReader.read(yaml, "the configuration in " + file, overrides);
        }
    }

    /** {@return where the parameters come from, by field name; empty for a file that does not say} */
    public Map<String, String> provenance() {
        return Checkpoint.provenance(file);
    }

    /**
     * @param parameters filled from the file; the derived layouts are not
     * @throws BadInputException if it cannot be read, or its layers are not exactly those of the network, or it has
     *     values that are no finite numbers
     */
    public void read(Parameters parameters) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            Set<String> foreign = new HashSet<>(tensors.tensors().keySet());
            for (int l = 0; l < parameters.topology().connections().size(); l++) {
                foreign.remove(ParameterFile.weightName(l));
                foreign.remove(ParameterFile.biasName(l));
            }
            requireNoOtherLayer(foreign, parameters.topology());
            ParameterFile.read(tensors, parameters);
            requireFinite(parameters);
        }
    }

    /**
     * Reads parameters that another program may have given other names.
     *
     * @param parameters filled from the file; the derived layouts are not
     * @param chosen which tensors are which parameters, as {@code parameter=tensor}, where the file alone does not say so
     * @return which tensors were taken
     * @throws BadInputException if it cannot be read, it is not clear which tensors are meant, they have other shapes, or values that are
     *     no finite numbers
     */
    public ParameterMapping readForeign(Parameters parameters, List<String> chosen) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            ParameterMapping mapping = ParameterMapping.of(tensors, parameters.topology(), chosen);
            if (mapping.keepsNames()) {
                requireNoOtherLayer(mapping.unused(), parameters.topology());
            }
            mapping.read(tensors, parameters);
            requireFinite(parameters);
            return mapping;
        }
    }

    private void requireNoOtherLayer(Collection<String> unused, Topology topology) {
        unused.stream()
                .filter(name -> name.startsWith(LAYERS))
                .sorted()
                .findFirst()
                .ifPresent(name -> {
                    throw new BadInputException(file + " has a tensor '" + name
                            + "', which the network has no place for; layers.0 to" + " layers."
                            + (topology.connections().size() - 1) + " were expected.");
                });
    }

    private void requireFinite(Parameters parameters) {
        notFinite(parameters).ifPresent(problem -> {
            throw new BadInputException(file + " has " + problem + "; finite numbers were expected.");
        });
    }

    /**
     * @param parameters a network's parameters
     * @return the first that is infinite or no number, in words
     */
    public static Optional<String> notFinite(Parameters parameters) {
        for (int l = 0; l < parameters.topology().connections().size(); l++) {
            for (float value : parameters.weights(l)) {
                if (!Float.isFinite(value)) {
                    return Optional.of("the value " + value + " in tensor '" + ParameterFile.weightName(l) + "'");
                }
            }
            for (float value : parameters.biases(l)) {
                if (!Float.isFinite(value)) {
                    return Optional.of("the value " + value + " in tensor '" + ParameterFile.biasName(l) + "'");
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Writes parameters with the settings of their network, so that they can be used without naming those.
     *
     * @param target the file to make or replace
     * @param configuration the settings
     * @param parameters what to write
     */
    public static void writeSafetensors(Path target, Configuration configuration, Parameters parameters) {
        writeSafetensors(target, configuration, parameters, Dtype.F32);
    }

    /**
     * Writes parameters with the settings of their network, as float32 or as float16.
     *
     * @param target the file to make or replace
     * @param configuration the settings
     * @param parameters what to write
     * @param dtype F32, or F16, to which values are rounded
     * @throws org.equipoise.error.BadInputException if a value is too large for float16
     */
    public static void writeSafetensors(Path target, Configuration configuration, Parameters parameters, Dtype dtype) {
        SafetensorsWriter writer = new SafetensorsWriter();
        ParameterFile.add(parameters, dtype, writer);
        writer.metadata("format", "equipoise-model");
        writer.metadata(CheckpointHeader.CONFIGURATION, configuration.toYaml());
        writer.writeTo(target);
    }

    /**
     * Writes parameters as a NumPy archive, each array under the name it has in a safetensors file.
     *
     * @param target the file to make or replace
     * @param parameters what to write
     */
    public static void writeNpz(Path target, Parameters parameters) {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        for (int l = 0; l < parameters.topology().connections().size(); l++) {
            Connection connection = parameters.topology().connections().get(l);
            arrays.put(
                    ParameterFile.weightName(l),
                    NpyArray.float32(Shape.of(connection.weightShape()), parameters.weights(l)));
            arrays.put(
                    ParameterFile.biasName(l),
                    NpyArray.float32(Shape.of(connection.layer().channels()), parameters.biases(l)));
        }
        NpzFile.write(target, arrays);
    }
}

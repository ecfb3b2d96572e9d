package org.equipoise.training;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.ConfigurationWriter;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.ParameterFile;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.SafetensorsWriter;
import org.equipoise.interop.Shape;
import org.equipoise.learning.Moments;
import org.equipoise.learning.Particles;
import org.equipoise.network.Connection;
import org.equipoise.network.Parameters;
import org.equipoise.tensor.FloatTensor;

/**
 * A run at one moment, as a safetensors file: the parameters under their usual names, or their running mean where the run has one,
 * with the parameters as {@code optimizer.layers.<l>.weight|bias.unaveraged}; what the optimiser remembers as {@code
 * optimizer.layers.<l>.weight|bias.velocity} (or {@code first-moment} and {@code second-moment}); the
 * particles of the training examples, if they are kept, as {@code particles.l<k>}; and as metadata the whole configuration, the progress and the provenance. It can be
 * read as a model by anything that reads safetensors.
 */
public final class Checkpoint {
    private static final String FORMAT = "equipoise-checkpoint";
    private static final String FORMAT_VERSION = "1";

    /** The metadata that holds the settings of the network, in any file of parameters that this program writes. */
    static final String CONFIGURATION = "equipoise.configuration";

    private static final String PROGRESS = "equipoise.progress.";
    private static final String PROVENANCE = "equipoise.provenance.";

    private Checkpoint() {}

    /**
     * Writes a checkpoint, whole or not at all.
     *
     * @param file where
     * @param configuration the run's settings
     * @param trainer the run
     * @param provenance where it comes from
     */
    public static void write(Path file, Configuration configuration, Trainer trainer, Provenance provenance) {
        CheckpointEvent event = CheckpointEvent.begun();
        SafetensorsWriter writer = new SafetensorsWriter();
        trainer.average().exchange();
        try {
            ParameterFile.add(trainer.parameters(), writer);
            addMoments(trainer, writer);
        } finally {
            trainer.average().exchange();
        }
        addParticles(trainer, writer);
        writer.metadata("format", FORMAT).metadata("format.version", FORMAT_VERSION);
        writer.metadata(CONFIGURATION, ConfigurationWriter.toYaml(configuration));
        Progress progress = trainer.progress();
        writer.metadata(PROGRESS + "epoch", Integer.toString(progress.epoch()))
                .metadata(PROGRESS + "batch", Integer.toString(progress.batch()))
                .metadata(PROGRESS + "errors", Integer.toString(progress.errors()))
                .metadata(PROGRESS + "loss", Double.toString(progress.loss()))
                .metadata(PROGRESS + "examples", Integer.toString(progress.examples()))
                .metadata(PROGRESS + "sampleSteps", Long.toString(progress.sampleSteps()))
                .metadata(PROGRESS + "stepsSaved", Long.toString(progress.stepsSaved()))
                .metadata(PROGRESS + "seconds", Double.toString(progress.seconds()))
                .metadata(PROGRESS + "bestErrorPercent", Double.toString(progress.bestErrorPercent()));
        provenance.asMap().forEach((key, value) -> writer.metadata(PROVENANCE + key, value));
        writer.writeTo(file);
        event.end(file, progress);
    }

    private static void addMoments(Trainer trainer, SafetensorsWriter writer) {
        List<Connection> connections = trainer.parameters().topology().connections();
        for (Moments moments : trainer.moments()) {
            for (int l = 0; l < connections.size(); l++) {
                Connection connection = connections.get(l);
                int channels = connection.layer().channels();
                writer.add(
                        momentName(ParameterFile.weightName(l), moments),
                        Shape.of(connection.weightShape()),
                        Parameters.interchange(connection, moments.weights().get(l)));
                MemorySegment biases = moments.biases().get(l).asSlice(0, (long) channels * Float.BYTES);
                writer.add(
                        momentName(ParameterFile.biasName(l), moments),
                        Shape.of(channels),
                        biases.toArray(ValueLayout.JAVA_FLOAT));
            }
        }
    }

    /** One row an example, with the lanes that pad it in memory. */
    private static void addParticles(Trainer trainer, SafetensorsWriter writer) {
        Particles particles = trainer.particles();
        if (particles != null) {
            for (int l = 1; l <= particles.states().size(); l++) {
                FloatTensor states = particles.states().get(l - 1);
                writer.add(Particles.name(l), shape(states), states.segment(), 0);
            }
        }
    }

    private static void readParticles(SafetensorsFile tensors, Trainer trainer) {
        Particles particles = trainer.particles();
        if (particles != null) {
            for (int l = 1; l <= particles.states().size(); l++) {
                FloatTensor states = particles.states().get(l - 1);
                tensors.copyFloats(Particles.name(l), shape(states), states.segment(), 0);
            }
        }
    }

    private static Shape shape(FloatTensor states) {
        return Shape.of(states.images(), states.layout().floatStride());
    }

    private static String momentName(String parameter, Moments moments) {
        return "optimizer." + parameter + "." + moments.name();
    }

    /**
     * @param file a checkpoint
     * @return the settings of its run
     * @throws BadInputException if it is no checkpoint
     */
    public static Configuration configuration(Path file) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return ConfigurationReader.read(
                    metadata(tensors.metadata(), CONFIGURATION, file), "the configuration in " + file, List.of());
        }
    }

    /**
     * @param file a checkpoint
     * @return where its run comes from, by field name
     * @throws BadInputException if it is no checkpoint
     */
    public static Map<String, String> provenance(Path file) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            Map<String, String> fields = new LinkedHashMap<>();
            tensors.metadata().forEach((key, value) -> {
                if (key.startsWith(PROVENANCE)) {
                    fields.put(key.substring(PROVENANCE.length()), value);
                }
            });
            return fields;
        }
    }

    /**
     * Sets a run to where a checkpoint was.
     *
     * @param file a checkpoint of a run with the same network
     * @param trainer the run, changed
     * @throws BadInputException if it is no checkpoint, or one of another network
     */
    public static void resume(Path file, Trainer trainer) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            ParameterFile.read(tensors, trainer.parameters());
            readMoments(tensors, trainer);
            trainer.average().exchange();
            readParticles(tensors, trainer);
            trainer.resume(progress(tensors.metadata(), file));
        }
    }

    private static void readMoments(SafetensorsFile tensors, Trainer trainer) {
        List<Connection> connections = trainer.parameters().topology().connections();
        for (Moments moments : trainer.moments()) {
            for (int l = 0; l < connections.size(); l++) {
                Connection connection = connections.get(l);
                float[] weights = tensors.floats(
                        momentName(ParameterFile.weightName(l), moments), Shape.of(connection.weightShape()));
                float[] biases = tensors.floats(
                        momentName(ParameterFile.biasName(l), moments),
                        Shape.of(connection.layer().channels()));
                Parameters.fromInterchange(
                        connection, weights, moments.weights().get(l));
                MemorySegment.copy(biases, 0, moments.biases().get(l), ValueLayout.JAVA_FLOAT, 0, biases.length);
            }
        }
    }

    private static Progress progress(Map<String, String> metadata, Path file) {
        try {
            return new Progress(
                    Integer.parseInt(metadata(metadata, PROGRESS + "epoch", file)),
                    Integer.parseInt(metadata(metadata, PROGRESS + "batch", file)),
                    Integer.parseInt(metadata(metadata, PROGRESS + "errors", file)),
                    Double.parseDouble(metadata(metadata, PROGRESS + "loss", file)),
                    Integer.parseInt(metadata(metadata, PROGRESS + "examples", file)),
                    Long.parseLong(metadata(metadata, PROGRESS + "sampleSteps", file)),
                    // Runs that were begun before steps could be saved do not say.
                    Long.parseLong(metadata.getOrDefault(PROGRESS + "stepsSaved", "0")),
                    Double.parseDouble(metadata(metadata, PROGRESS + "seconds", file)),
                    Double.parseDouble(metadata(metadata, PROGRESS + "bestErrorPercent", file)));
        } catch (NumberFormatException e) {
            throw new BadInputException(
                    file
                            + " says where its run was in words that are no numbers; an unchanged checkpoint was expected.",
                    e);
        }
    }

    private static String metadata(Map<String, String> metadata, String key, Path file) {
        String format = metadata.get("format");
        if (format == null || !format.equals(FORMAT)) {
            throw new BadInputException(
                    file + " holds parameters but no training run; a checkpoint of 'equipoise train' was expected.");
        }
        if (!FORMAT_VERSION.equals(metadata.get("format.version"))) {
            throw new BadInputException(file + " is a checkpoint of format " + metadata.get("format.version")
                    + "; format " + FORMAT_VERSION + " was expected.");
        }
        String value = metadata.get(key);
        if (value == null) {
            throw new BadInputException(file + " lacks '" + key + "'; an unchanged checkpoint was expected.");
        }
        return value;
    }
}

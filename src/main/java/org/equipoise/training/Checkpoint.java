package org.equipoise.training;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.ParameterFile;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.SafetensorsWriter;
import org.equipoise.interop.Shape;
import org.equipoise.learning.Moments;
import org.equipoise.learning.Particles;
import org.equipoise.network.Connection;
import org.equipoise.network.WeightLayouts;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.training.CheckpointHeader.Role;

/**
 * A run at one moment, as a safetensors file: the parameters under their usual names, or their running mean where the run has one,
 * with the parameters as {@code optimizer.layers.<l>.weight|bias.unaveraged}; what the optimiser remembers as {@code
 * optimizer.layers.<l>.weight|bias.velocity} (or {@code first-moment} and {@code second-moment}); the particles of the training
 * examples, if they are kept, as {@code particles.l<k>}; and as metadata a checksum over every byte of the file, the whole
 * configuration, the progress and the provenance. Random numbers and schedules are functions of the seed and the progress, so that
 * this is all there is. It can be read as a model by anything that reads safetensors.
 */
public final class Checkpoint {
    private Checkpoint() {}

    /**
     * Writes the checkpoint that a run goes on from, whole or not at all, and keeps the one before it.
     *
     * @param file where
     * @param previous the name in the same folder that the checkpoint before it takes
     * @param origin what all files of the run agree on
     * @param trainer the run
     */
    static void writeLast(Path file, Path previous, RunOrigin origin, Trainer trainer) {
        CheckpointEvent event = CheckpointEvent.begun();
        content(Role.LAST, origin, trainer).writeTo(file, previous);
        event.end(file, trainer.progress());
    }

    /**
     * Writes the best checkpoint of a run, whole or not at all.
     *
     * @param file where
     * @param origin what all files of the run agree on
     * @param trainer the run
     */
    static void writeBest(Path file, RunOrigin origin, Trainer trainer) {
        CheckpointEvent event = CheckpointEvent.begun();
        content(Role.BEST, origin, trainer).writeTo(file);
        event.end(file, trainer.progress());
    }

    private static SafetensorsWriter content(Role role, RunOrigin origin, Trainer trainer) {
        SafetensorsWriter writer = new SafetensorsWriter().checksummed();
        CheckpointHeader.add(writer, role, origin, trainer);
        trainer.state().average().exchange();
        try {
            ParameterFile.add(trainer.state().parameters(), writer);
            addMoments(trainer, writer);
        } finally {
            trainer.state().average().exchange();
        }
        addParticles(trainer, writer);
        return writer;
    }

    private static void addMoments(Trainer trainer, SafetensorsWriter writer) {
        List<Connection> connections = trainer.state().parameters().topology().connections();
        for (Moments moments : trainer.state().moments()) {
            for (int l = 0; l < connections.size(); l++) {
                Connection connection = connections.get(l);
                int channels = connection.layer().channels();
                writer.add(
                        momentName(ParameterFile.weightName(l), moments),
                        Shape.of(connection.weightShape()),
                        WeightLayouts.toInterchange(
                                connection, moments.weights().get(l)));
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
        Particles particles = trainer.state().particles();
        if (particles != null) {
            for (int l = 1; l <= particles.states().size(); l++) {
                FloatTensor states = particles.states().get(l - 1);
                writer.add(Particles.name(l), shape(states), states.segment(), 0);
            }
        }
    }

    private static void readParticles(SafetensorsFile tensors, Trainer trainer) {
        Particles particles = trainer.state().particles();
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
        return momentName(parameter, moments.name());
    }

    /** {@return the tensor of what an optimiser remembers of a parameter} */
    static String momentName(String parameter, String moment) {
        return "optimizer." + parameter + "." + moment;
    }

    /**
     * @param file a checkpoint
     * @return all that it holds beside tensors
     * @throws BadInputException if it is no checkpoint, or not as it was written
     */
    static CheckpointHeader header(Path file) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return CheckpointHeader.read(tensors, file);
        }
    }

    /**
     * @param file a checkpoint or another safetensors file
     * @return where its parameters come from, by field name; empty where it does not say
     * @throws BadInputException if it is no safetensors file
     */
    public static Map<String, String> provenance(Path file) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return CheckpointHeader.provenance(tensors.metadata());
        }
    }

    /**
     * Sets a run to where a checkpoint was.
     *
     * @param file a checkpoint of a run with the same network
     * @param trainer the run, changed
     * @throws BadInputException if it is no checkpoint, not as it was written, or one of another network
     */
    public static void resume(Path file, Trainer trainer) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            CheckpointHeader header = CheckpointHeader.read(tensors, file);
            ParameterFile.read(tensors, trainer.state().parameters());
            readMoments(tensors, trainer);
            trainer.state().average().exchange();
            readParticles(tensors, trainer);
            trainer.resume(header.progress(), header.counts());
        }
    }

    private static void readMoments(SafetensorsFile tensors, Trainer trainer) {
        List<Connection> connections = trainer.state().parameters().topology().connections();
        for (Moments moments : trainer.state().moments()) {
            for (int l = 0; l < connections.size(); l++) {
                Connection connection = connections.get(l);
                float[] weights = tensors.floats(
                        momentName(ParameterFile.weightName(l), moments), Shape.of(connection.weightShape()));
                float[] biases = tensors.floats(
                        momentName(ParameterFile.biasName(l), moments),
                        Shape.of(connection.layer().channels()));
                WeightLayouts.fromInterchange(
                        connection, weights, moments.weights().get(l));
                MemorySegment.copy(biases, 0, moments.biases().get(l), ValueLayout.JAVA_FLOAT, 0, biases.length);
            }
        }
    }
}

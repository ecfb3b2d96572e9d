package org.equipoise.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.config.ParticleStore;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.Dtype;
import org.equipoise.interop.ParameterFile;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.Shape;
import org.equipoise.interop.TensorEntry;
import org.equipoise.learning.Optimiser;
import org.equipoise.learning.Particles;
import org.equipoise.learning.WeightAverage;
import org.equipoise.network.Connection;
import org.equipoise.network.Topology;

/**
 * A checkpoint that has been read from its first byte to its last.
 *
 * @param file its name in its folder
 * @param bytes its size
 * @param version of its format
 * @param checksummed whether it carries a checksum, which then is right; only version 1 does not
 * @param epochs epochs that were complete
 * @param batches batches that were done of the epoch under way
 * @param stateSha256 a hash of all that the computation determines, equal for runs at the same place bit for bit
 */
public record CheckedCheckpoint(
        String file, long bytes, int version, boolean checksummed, int epochs, int batches, String stateSha256) {
    static CheckedCheckpoint of(Path file, SafetensorsFile tensors, CheckpointHeader header) {
        return new CheckedCheckpoint(
                String.valueOf(file.getFileName()),
                tensors.byteSize(),
                header.version(),
                tensors.checksummed(),
                header.progress().epoch(),
                header.progress().batch(),
                StateHash.of(tensors, header));
    }

    /**
     * @param file a checkpoint
     * @param tensors its content
     * @param header what it says
     * @return what keeps a run from going on from it, a sentence each
     */
    static List<String> problems(Path file, SafetensorsFile tensors, CheckpointHeader header) {
        List<String> problems = new ArrayList<>();
        try {
            Configuration configuration = header.configuration();
            Topology topology = Topology.of(configuration.network());
            List<String> moments = new ArrayList<>(Optimiser.momentNames(configuration.learning()));
            moments.addAll(WeightAverage.momentNames(configuration.learning()));
            for (int l = 0; l < topology.connections().size(); l++) {
                Connection connection = topology.connections().get(l);
                Shape weights = Shape.of(connection.weightShape());
                Shape biases = Shape.of(connection.layer().channels());
                require(tensors, ParameterFile.weightName(l), weights);
                require(tensors, ParameterFile.biasName(l), biases);
                for (String moment : moments) {
                    require(tensors, Checkpoint.momentName(ParameterFile.weightName(l), moment), weights);
                    require(tensors, Checkpoint.momentName(ParameterFile.biasName(l), moment), biases);
                }
            }
            if (configuration.training().particles() != ParticleStore.NONE) {
                for (int l = 1; l <= topology.depth(); l++) {
                    tensors.tensor(Particles.name(l));
                }
            }
            for (TensorEntry entry : tensors.tensors().values()) {
                notFinite(file, tensors, entry, problems);
            }
            progress(file, header, problems);
        } catch (BadInputException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return problems;
    }

    private static void require(SafetensorsFile tensors, String name, Shape shape) {
        tensors.floats(name, shape);
    }

    private static void notFinite(Path file, SafetensorsFile tensors, TensorEntry entry, List<String> problems) {
        if (entry.dtype() != Dtype.F32) {
            return;
        }
        for (float value : tensors.floats(entry.name())) {
            if (!Float.isFinite(value)) {
                problems.add(file + " has the value " + value + " in tensor '" + entry.name()
                        + "'; finite numbers were expected.");
                return;
            }
        }
    }

    private static void progress(Path file, CheckpointHeader header, List<String> problems) {
        Progress progress = header.progress();
        int batches =
                batches(header.provenance(), header.configuration().training().batch());
        if (progress.epoch() < 0
                || progress.epoch() > header.configuration().training().epochs()
                || progress.batch() < 0
                || progress.batch() > batches) {
            problems.add(file + " was written after " + progress.batch() + " batches of epoch " + (progress.epoch() + 1)
                    + "; at most " + header.configuration().training().epochs() + " epochs of " + batches
                    + " batches were expected.");
        }
    }

    private static int batches(Map<String, String> provenance, int batch) {
        try {
            return Math.ceilDiv(Integer.parseInt(provenance.getOrDefault("trainImages", "")), batch);
        } catch (NumberFormatException e) {
            throw new BadInputException("The checkpoint does not say how many training images its run uses.", e);
        }
    }
}

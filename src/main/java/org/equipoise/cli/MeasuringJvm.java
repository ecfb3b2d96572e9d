package org.equipoise.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationWriter;
import org.equipoise.error.WorkFailedException;
import org.equipoise.experiment.ChildJvm;
import org.equipoise.experiment.Footprint;
import org.equipoise.experiment.MemoryExperiment;

/**
 * Measures memory in processes that run this program's {@value MemoryProbeCommand#NAME}.
 *
 * @param compute what they may use of the machine
 */
record MeasuringJvm(ComputeOptions compute) implements MemoryExperiment.Measurement {
    /** A small space for new objects: garbage that lies about uncollected would be counted as memory in use. */
    private static final ChildJvm JVM = new ChildJvm(Main.class.getName(), List.of("-Xmn8m"));

    @Override
    public Footprint nothing() {
        return probe(List.of());
    }

    @Override
    public Footprint oneBatch(Configuration configuration) {
        try {
            Path file = Files.createTempFile("equipoise-", ".yaml");
            try {
                Files.writeString(file, ConfigurationWriter.toYaml(configuration), StandardCharsets.UTF_8);
                return probe(List.of(
                        "--config",
                        file.toString(),
                        "--threads",
                        Integer.toString(compute.threads()),
                        "--max-memory",
                        Long.toString(compute.budgetBytes())));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new WorkFailedException("A temporary file could not be written: " + e.getMessage() + ".", e);
        }
    }

    private static Footprint probe(List<String> options) {
        List<String> arguments = new ArrayList<>();
        arguments.add(MemoryProbeCommand.NAME);
        arguments.addAll(options);
        return Json.read(JVM.run(arguments), Footprint.class);
    }
}

package org.equipoise.report.analysis;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.network.Topology;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.MemoryAccounts;
import org.equipoise.training.ModelFile;
import org.equipoise.training.RunDirectory;

/**
 * What a run's folder says by itself.
 *
 * @param folder the folder, as the user wrote it
 * @param provenance where it comes from, by field name
 * @param epochs what each epoch came to; empty before the end of the first
 */
public record RunRecord(
        Path folder,
        Configuration configuration,
        Map<String, String> provenance,
        List<EpochMetrics> epochs,
        ModelFile model) {
    /**
     * @param path the folder of a run, whose last checkpoint is looked at, or a checkpoint in it
     * @throws org.equipoise.error.BadInputException if it is no run's, or one of its files cannot be read
     */
    public static RunRecord read(Path path) {
        Path parent = path.getParent() == null ? Path.of(".") : path.getParent();
        Path folder = Files.isRegularFile(path) ? parent : path;
        RunDirectory directory = RunDirectory.open(folder);
        ModelFile model = ModelFile.at(path);
        return new RunRecord(
                folder, directory.configuration(List.of()), model.provenance(), directory.metrics(), model);
    }

    /** {@return the name of its folder} */
    public String name() {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        return last == null ? folder.toString() : last.toString();
    }

    /** {@return the shape of its network} */
    public Topology topology() {
        return Topology.of(configuration.network());
    }

    /** {@return off-heap memory by account as the last epoch wrote it down; without entries if none did} */
    public MemoryAccounts memory() {
        return epochs.isEmpty() ? MemoryAccounts.NONE : epochs.getLast().memory();
    }
}

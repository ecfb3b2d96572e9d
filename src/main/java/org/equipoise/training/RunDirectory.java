package org.equipoise.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.ConfigurationWriter;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.AtomicFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a training run leaves on disk: {@code config.yaml}, {@code provenance.json}, {@code metrics.csv}, {@code metrics.jsonl},
 * {@code last.safetensors} and {@code best.safetensors}. The best checkpoint is that of the epoch with the lowest training error;
 * test images select nothing.
 *
 * @param folder where
 */
public record RunDirectory(Path folder) {
    private static final String CONFIGURATION = "config.yaml";
    private static final String LAST = "last.safetensors";
    private static final String BEST = "best.safetensors";
    private static final JsonMapper JSON = JsonMapper.shared();

    /**
     * Begins a run directory.
     *
     * @param folder a folder that does not exist or is empty
     * @param configuration the run's settings
     * @param provenance where it comes from
     * @return the run directory, with its settings written
     * @throws BadInputException if the folder holds something already, or cannot be made or written
     */
    public static RunDirectory create(Path folder, Configuration configuration, Provenance provenance) {
        try {
            Files.createDirectories(folder);
            try (var entries = Files.list(folder)) {
                if (entries.anyMatch(entry -> !entry.endsWith(RunLock.FILE))) {
                    throw new BadInputException(
                            "The folder " + folder + " is not empty; a new or empty folder was expected for"
                                    + " the run (an earlier run goes on with --resume).");
                }
            }
        } catch (IOException e) {
            throw new BadInputException(
                    "The folder " + folder
                            + " cannot be made or read; a place that may be written was expected for the run.",
                    e);
        }
        if (!Files.isWritable(folder)) {
            throw new BadInputException(
                    "The folder " + folder + " may not be written; a place that may was expected for the run.");
        }
        RunDirectory run = new RunDirectory(folder);
        run.write(configuration);
        run.write(
                "provenance.json", JSON.writerWithDefaultPrettyPrinter().writeValueAsString(provenance.asMap()) + "\n");
        return run;
    }

    /**
     * @param folder a run directory that holds a checkpoint
     * @return it
     * @throws BadInputException if it is no run directory
     */
    public static RunDirectory open(Path folder) {
        RunDirectory run = new RunDirectory(folder);
        if (!Files.isRegularFile(run.last()) || !Files.isRegularFile(folder.resolve(CONFIGURATION))) {
            throw new BadInputException("The folder " + folder + " has no " + LAST + " and " + CONFIGURATION
                    + "; the folder of an earlier run was expected.");
        }
        return run;
    }

    /**
     * Makes a folder that did not exist, for a run that was given none.
     *
     * @param parent where to make it; made as well if needed
     * @param name its name; a number is added where the name is taken
     * @return the folder
     * @throws BadInputException if it cannot be made
     */
    public static Path fresh(Path parent, String name) {
        try {
            Files.createDirectories(parent);
            for (int number = 1; ; number++) {
                Path folder = parent.resolve(number == 1 ? name : name + "-" + number);
                try {
                    return Files.createDirectory(folder);
                } catch (FileAlreadyExistsException e) {
                    // Another run took the name: the next number is tried.
                }
            }
        } catch (IOException e) {
            throw new BadInputException(
                    "The folder " + parent
                            + " cannot be made or written; a place that may be was expected for the run.",
                    e);
        }
    }

    /** {@return the checkpoint a resumed run goes on from} */
    public Path last() {
        return folder.resolve(LAST);
    }

    /** {@return the checkpoint of the epoch with the lowest training error} */
    public Path best() {
        return folder.resolve(BEST);
    }

    /**
     * @param overrides settings that replace those of the run
     * @return the run's settings
     */
    public Configuration configuration(List<String> overrides) {
        return ConfigurationReader.read(folder.resolve(CONFIGURATION), overrides);
    }

    /**
     * Replaces the run's settings.
     *
     * @param configuration the settings
     */
    public void write(Configuration configuration) {
        write(CONFIGURATION, ConfigurationWriter.toYaml(configuration));
    }

    /**
     * Saves a run so that it can go on from here.
     *
     * @param configuration the run's settings
     * @param trainer the run
     * @param provenance where it comes from
     */
    public void save(Configuration configuration, Trainer trainer, Provenance provenance) {
        Checkpoint.write(last(), configuration, trainer, provenance);
    }

    /**
     * Saves a run as the best so far.
     *
     * @param configuration the run's settings
     * @param trainer the run
     * @param provenance where it comes from
     */
    public void saveBest(Configuration configuration, Trainer trainer, Provenance provenance) {
        Checkpoint.write(best(), configuration, trainer, provenance);
    }

    /**
     * Adds an epoch to the metrics files; lines of that epoch and later ones, left by a run that was cut off before it could save,
     * are replaced.
     *
     * @param metrics what the epoch came to
     */
    public void append(EpochMetrics metrics) {
        new MetricsFiles(folder).append(metrics);
    }

    /** {@return what each epoch came to, the first one first} */
    public List<EpochMetrics> metrics() {
        return new MetricsFiles(folder).all();
    }

    /**
     * @param epoch an epoch, from 1
     * @return what it came to, or null where the metrics files do not say
     */
    public @Nullable EpochMetrics metrics(int epoch) {
        return new MetricsFiles(folder).of(epoch);
    }

    private void write(String name, String text) {
        AtomicFile.write(folder.resolve(name), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}

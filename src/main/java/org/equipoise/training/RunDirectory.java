package org.equipoise.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.AtomicFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a training run leaves on disk: {@code config.yaml}, {@code provenance.json}, {@code metrics.csv}, {@code metrics.jsonl},
 * {@code last.safetensors}, {@code previous.safetensors} and {@code best.safetensors}. The run goes on from the last checkpoint, or
 * from the previous one if something has happened to the last. The best checkpoint is that of the epoch with the lowest training
 * error; test images select nothing. Settings are read from the checkpoint; their file is for people.
 *
 * @param folder where
 */
public record RunDirectory(Path folder) {
    /** The name of the best checkpoint. */
    static final String BEST = "best.safetensors";

    private static final String CONFIGURATION = "config.yaml";
    private static final String PROVENANCE = "provenance.json";
    private static final String LAST = "last.safetensors";
    private static final String PREVIOUS = "previous.safetensors";
    private static final String DAMAGED = "last.safetensors.damaged";

    /** What a folder is to runs. */
    public enum State {
        /** It does not exist or is empty. */
        NEW,
        /** A run was ended there before its first checkpoint. */
        BEGUN,
        /** It holds a run. */
        RUN,
        /** It holds something else, or is no folder. */
        OTHER
    }

    /**
     * {@return what the folder is to runs}
     *
     * @throws BadInputException if it cannot be read
     */
    public State state() {
        if (hasCheckpoint()) {
            return State.RUN;
        }
        if (!Files.exists(folder)) {
            return State.NEW;
        }
        if (!Files.isDirectory(folder)) {
            return State.OTHER;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> names = entries.map(Path::getFileName).toList();
            if (names.isEmpty()) {
                return State.NEW;
            }
            // Files of the user's may have these names too, but not the lock.
            boolean locked = names.contains(Path.of(RunLock.FILE));
            return names.stream().allMatch(name -> isBeginning(name, locked)) ? State.BEGUN : State.OTHER;
        } catch (IOException e) {
            throw new BadInputException("The folder " + folder + " cannot be read; a place for a run was expected.", e);
        }
    }

    private boolean hasCheckpoint() {
        return Files.isRegularFile(last()) || Files.isRegularFile(previous());
    }

    private static boolean isBeginning(Path name, boolean locked) {
        boolean described = name.endsWith(CONFIGURATION) || name.endsWith(PROVENANCE);
        return name.endsWith(RunLock.FILE) || AtomicFile.isUnfinished(name) || locked && described;
    }

    /**
     * @param folder a folder that does not exist, is empty, or in which a run was ended before its first checkpoint; made if needed
     * @return the run directory that it can become
     * @throws BadInputException if the folder holds something already, or cannot be made or written
     */
    static RunDirectory empty(Path folder) {
        try {
            AtomicFile.makeFolders(folder);
        } catch (IOException e) {
            throw new BadInputException(
                    "The folder " + folder
                            + " cannot be made or read; a place that may be written was expected for the run.",
                    e);
        }
        RunDirectory run = new RunDirectory(folder);
        State state = run.state();
        if (state == State.RUN || state == State.OTHER) {
            throw new BadInputException("The folder " + folder + " is not empty; a new or empty folder was expected for"
                    + " the run (an earlier run goes on with --resume, or the same command with --continue).");
        }
        if (!Files.isWritable(folder)) {
            throw new BadInputException(
                    "The folder " + folder + " may not be written; a place that may was expected for the run.");
        }
        return run;
    }

    /** Removes what a run has left that was ended before its first checkpoint; nobody else may be using the folder. */
    void clear() {
        AtomicFile.removeUnfinished(folder);
        AtomicFile.remove(List.of(configurationFile(), provenanceFile()));
    }

    /**
     * Writes what is for people to read, where it is missing or has changed. The checkpoint says it all, and is there first.
     *
     * @param origin what all files of the run agree on
     * @param provenance where the run comes from, by field name
     */
    void describe(RunOrigin origin, Map<String, String> provenance) {
        write(origin.configuration());
        if (!Files.exists(provenanceFile()) && !origin.id().isEmpty()) {
            Map<String, String> named = new LinkedHashMap<>();
            named.put(RunOrigin.ID, origin.id());
            named.putAll(provenance);
            write(
                    PROVENANCE,
                    JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(named) + "\n");
        }
    }

    /**
     * @param path the folder of a run, or the last checkpoint in it
     * @return its directory, whatever it holds
     */
    public static RunDirectory at(Path path) {
        boolean checkpoint = path.endsWith(LAST) && Files.isRegularFile(path);
        Path parent = path.getParent() == null ? Path.of(".") : path.getParent();
        return new RunDirectory(checkpoint ? parent : path);
    }

    /**
     * @param folder a run directory that holds a checkpoint
     * @return it
     * @throws BadInputException if it is no run directory
     */
    public static RunDirectory open(Path folder) {
        RunDirectory run = new RunDirectory(folder);
        if (!run.hasCheckpoint()) {
            throw new BadInputException(
                    "The folder " + folder + " has no " + LAST + "; the folder of an earlier run was expected.");
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
            AtomicFile.makeFolders(parent);
            for (int number = 1; ; number++) {
                Path folder = parent.resolve(number == 1 ? name : name + "-" + number);
                try {
                    AtomicFile.makeFolder(folder);
                    return folder;
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

    /** {@return the checkpoint before it} */
    public Path previous() {
        return folder.resolve(PREVIOUS);
    }

    /** {@return the checkpoint of the epoch with the lowest training error} */
    public Path best() {
        return folder.resolve(BEST);
    }

    /** {@return the settings for people to read} */
    Path configurationFile() {
        return folder.resolve(CONFIGURATION);
    }

    /** {@return where the run comes from} */
    Path provenanceFile() {
        return folder.resolve(PROVENANCE);
    }

    /** {@return where a damaged last checkpoint is set aside} */
    Path damaged() {
        return folder.resolve(DAMAGED);
    }

    /** {@return what processes that were killed while they wrote have left} */
    List<Path> unfinished() {
        return AtomicFile.unfinished(folder);
    }

    /** {@return the metrics of its epochs} */
    MetricsFiles metricsFiles() {
        return new MetricsFiles(folder);
    }

    /**
     * @param overrides settings that replace those of the run
     * @return the run's settings, as its checkpoint has them
     * @throws BadInputException if it has no checkpoint to go on from, or its file of settings says something else
     */
    public Configuration configuration(List<String> overrides) {
        UsableCheckpoint checkpoint = UsableCheckpoint.of(this);
        Configuration configuration = checkpoint.header().configuration();
        differingSettings(configuration).ifPresent(problem -> {
            throw new BadInputException(problem);
        });
        return ConfigurationReader.read(configuration.toYaml(), "the configuration in " + checkpoint.file(), overrides);
    }

    /**
     * @param overrides settings that replace those of the run
     * @return the settings of a run that was ended before its first checkpoint
     * @throws BadInputException if it has left none
     */
    Configuration begunConfiguration(List<String> overrides) {
        if (!Files.exists(configurationFile())) {
            throw new BadInputException("The run in " + folder
                    + " was ended before its first checkpoint, and nothing there says what its settings were; the command that"
                    + " began it, with --out " + folder + ", was expected.");
        }
        return ConfigurationReader.read(configurationFile(), overrides);
    }

    /** {@return what the file of provenance says by field name, also of a run without checkpoints; empty if there is none} */
    Map<String, String> writtenProvenance() {
        Map<String, String> fields = new LinkedHashMap<>();
        readProvenance()
                .properties()
                .forEach(field -> fields.put(field.getKey(), field.getValue().asString("")));
        return fields;
    }

    /**
     * @return where the run comes from, by field name, as its checkpoint has it
     * @throws BadInputException if it has no checkpoint to go on from
     */
    public Map<String, String> provenance() {
        return UsableCheckpoint.of(this).header().provenance();
    }

    /**
     * @param configuration settings of a checkpoint
     * @return what is wrong with the file of settings, if something is; it may be missing, and the number of epochs may be another
     */
    Optional<String> differingSettings(Configuration configuration) {
        if (!Files.exists(configurationFile())) {
            return Optional.empty();
        }
        try {
            Configuration written = ConfigurationReader.read(configurationFile(), List.of());
            int epochs = configuration.training().epochs();
            return written.withEpochs(epochs).equals(configuration)
                    ? Optional.empty()
                    : Optional.of(
                            configurationFile()
                                    + " has other settings than the checkpoint of the run; an unchanged file, or none, was expected.");
        } catch (BadInputException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * @return the name of the run, empty where none is written down
     * @throws BadInputException if the file that should say so cannot be read
     */
    String id() {
        JsonNode name = readProvenance().get(RunOrigin.ID);
        return name == null ? "" : name.asString();
    }

    private JsonNode readProvenance() {
        Path file = provenanceFile();
        if (!Files.exists(file)) {
            return JsonMapper.shared().createObjectNode();
        }
        try {
            return JsonMapper.shared().readTree(Files.readString(file));
        } catch (IOException | JacksonException e) {
            throw new BadInputException(
                    file + " cannot be read; the provenance of the run as JSON, or no such file, was expected.", e);
        }
    }

    /**
     * Makes the run ready to go on; nobody else may be using it. What a process that was killed has left unfinished is removed, and
     * where something has happened to the last checkpoint, the one before it takes its place.
     *
     * @return what had happened, a sentence, or null
     * @throws BadInputException if there is no checkpoint to go on from
     */
    @Nullable
    String recover() {
        AtomicFile.removeUnfinished(folder);
        UsableCheckpoint checkpoint = UsableCheckpoint.of(this);
        if (checkpoint.damage() == null) {
            return null;
        }
        if (Files.exists(last())) {
            AtomicFile.move(last(), damaged());
        }
        AtomicFile.keepAs(previous(), last());
        return checkpoint.damage().replaceFirst("\\.$", "") + "; the run goes on from the checkpoint before it.";
    }

    /**
     * Replaces the file of settings.
     *
     * @param configuration the settings
     */
    void write(Configuration configuration) {
        write(CONFIGURATION, configuration.toYaml());
    }

    /** {@return what each epoch came to, the first one first} */
    public List<EpochMetrics> metrics() {
        return metricsFiles().all();
    }

    /**
     * @param epoch an epoch, from 1
     * @return what it came to, or null where the metrics files do not say
     */
    public @Nullable EpochMetrics metrics(int epoch) {
        return epoch < 1 ? null : metricsFiles().of(epoch);
    }

    private void write(String name, String text) {
        AtomicFile.write(folder.resolve(name), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}

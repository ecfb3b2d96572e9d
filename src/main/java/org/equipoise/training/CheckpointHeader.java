package org.equipoise.training;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.dynamics.SpikeCounts;
import org.equipoise.dynamics.StepCount;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.SafetensorsWriter;

/**
 * All that a checkpoint holds beside tensors, kept as metadata of its safetensors file.
 *
 * @param version of the format: 2, or 1 for files written before checkpoints had checksums
 * @param role which checkpoint of its run it is
 * @param run the name of its run, empty in version 1
 * @param configuration the run's settings
 * @param provenance where the run comes from, by field name
 * @param progress where the run was
 * @param counts what had been counted in the epoch under way
 */
record CheckpointHeader(
        int version,
        Role role,
        String run,
        Configuration configuration,
        Map<String, String> provenance,
        Progress progress,
        EpochCounts counts) {
    /** The metadata that holds the settings of the network, in any file of parameters that this program writes. */
    static final String CONFIGURATION = "equipoise.configuration";

    private static final String FORMAT_KEY = "format";
    private static final String FORMAT = "equipoise-checkpoint";
    private static final String VERSION_KEY = "format.version";
    private static final int VERSION = 2;
    private static final int VERSION_WITHOUT_CHECKSUM = 1;
    private static final String ROLE = "equipoise.role";
    private static final String RUN = "equipoise.run";
    private static final String PROGRESS = "equipoise.progress.";
    private static final String COUNTS = "equipoise.epoch.";
    private static final String PROVENANCE = "equipoise.provenance.";

    /** Which checkpoint of a run a file is. */
    enum Role {
        /** The one that the run goes on from. */
        LAST,
        /** That of the epoch with the lowest training error. */
        BEST
    }

    /**
     * @param writer where to add it
     * @param role which checkpoint it is
     * @param origin what all files of the run agree on
     * @param trainer the run
     */
    static void add(SafetensorsWriter writer, Role role, RunOrigin origin, Trainer trainer) {
        writer.metadata(FORMAT_KEY, FORMAT)
                .metadata(VERSION_KEY, Integer.toString(VERSION))
                .metadata(ROLE, word(role))
                .metadata(RUN, origin.id())
                .metadata(CONFIGURATION, origin.configuration().toYaml());
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
        StepCount steps = trainer.counts().steps();
        SpikeCounts spikes = trainer.counts().spikes();
        writer.metadata(
                        COUNTS + "steps",
                        text(List.of(steps.freeTaken(), steps.freeSaved(), steps.nudgeTaken(), steps.nudgeSaved())))
                .metadata(COUNTS + "spikes", text(spikes.spikes()))
                .metadata(COUNTS + "opportunities", text(spikes.opportunities()));
        origin.provenance().asMap().forEach((key, value) -> writer.metadata(PROVENANCE + key, value));
    }

    /**
     * @param tensors a checkpoint
     * @param file its name in messages
     * @return what it says
     * @throws BadInputException if it is no checkpoint, or one without the checksum that it should carry
     */
    static CheckpointHeader read(SafetensorsFile tensors, Path file) {
        Map<String, String> metadata = tensors.metadata();
        if (!FORMAT.equals(metadata.get(FORMAT_KEY))) {
            throw new BadInputException(
                    file + " holds parameters but no training run; a checkpoint of 'equipoise train' was expected.");
        }
        Fields fields = new Fields(metadata, file);
        int version = version(tensors, fields);
        boolean first = version == VERSION_WITHOUT_CHECKSUM;
        return new CheckpointHeader(
                version,
                first ? assumedRole(file) : role(fields),
                first ? "" : fields.text(RUN),
                ConfigurationReader.read(fields.text(CONFIGURATION), "the configuration in " + file, List.of()),
                provenance(metadata),
                progress(fields),
                first ? EpochCounts.NONE : counts(fields));
    }

    /**
     * @param metadata of any safetensors file
     * @return where its parameters come from, by field name; empty where it does not say
     */
    static Map<String, String> provenance(Map<String, String> metadata) {
        Map<String, String> provenance = new LinkedHashMap<>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(PROVENANCE)) {
                provenance.put(key.substring(PROVENANCE.length()), value);
            }
        });
        return provenance;
    }

    private static int version(SafetensorsFile tensors, Fields fields) {
        int version = fields.integer(VERSION_KEY);
        if (version != VERSION && version != VERSION_WITHOUT_CHECKSUM) {
            throw new BadInputException(fields.file() + " is a checkpoint of format " + version + "; format "
                    + VERSION_WITHOUT_CHECKSUM + " or " + VERSION + " was expected.");
        }
        if (version == VERSION && !tensors.checksummed()) {
            throw new BadInputException(
                    fields.file()
                            + " is damaged or was changed: it does not begin with its checksum; an unchanged checkpoint was expected.");
        }
        return version;
    }

    private static Role role(Fields fields) {
        String word = fields.text(ROLE);
        return Arrays.stream(Role.values())
                .filter(role -> word(role).equals(word))
                .findFirst()
                .orElseThrow(() -> new BadInputException(
                        fields.file() + " says '" + word + "' for its role; 'last' or 'best' was expected."));
    }

    /** Files of the first version do not say what they are: they are believed to be what they are called. */
    private static Role assumedRole(Path file) {
        return file.endsWith(RunDirectory.BEST) ? Role.BEST : Role.LAST;
    }

    static String word(Role role) {
        return role == Role.LAST ? "last" : "best";
    }

    private static Progress progress(Fields fields) {
        return new Progress(
                fields.integer(PROGRESS + "epoch"),
                fields.integer(PROGRESS + "batch"),
                fields.integer(PROGRESS + "errors"),
                fields.real(PROGRESS + "loss"),
                fields.integer(PROGRESS + "examples"),
                fields.whole(PROGRESS + "sampleSteps"),
                // Runs that were begun before steps could be saved do not say.
                fields.has(PROGRESS + "stepsSaved") ? fields.whole(PROGRESS + "stepsSaved") : 0,
                fields.real(PROGRESS + "seconds"),
                fields.real(PROGRESS + "bestErrorPercent"));
    }

    private static EpochCounts counts(Fields fields) {
        List<Long> steps = fields.wholes(COUNTS + "steps");
        List<Long> spikes = fields.wholes(COUNTS + "spikes");
        List<Long> opportunities = fields.wholes(COUNTS + "opportunities");
        if (steps.size() != 4 || spikes.size() != opportunities.size()) {
            throw new BadInputException(fields.file()
                    + " counts steps and spikes of the epoch under way in another number of phases and layers than a run has; an"
                    + " unchanged checkpoint was expected.");
        }
        return new EpochCounts(
                new StepCount(steps.get(0), steps.get(1), steps.get(2), steps.get(3)),
                new SpikeCounts(spikes, opportunities));
    }

    private static String text(List<Long> numbers) {
        return numbers.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    /** Metadata by key, complaining by file and key. */
    private record Fields(Map<String, String> metadata, Path file) {
        boolean has(String key) {
            return metadata.containsKey(key);
        }

        String text(String key) {
            String value = metadata.get(key);
            if (value == null) {
                throw new BadInputException(file + " lacks '" + key + "'; an unchanged checkpoint was expected.");
            }
            return value;
        }

        int integer(String key) {
            return number(key, Integer::parseInt);
        }

        long whole(String key) {
            return number(key, Long::parseLong);
        }

        double real(String key) {
            return number(key, Double::parseDouble);
        }

        List<Long> wholes(String key) {
            return number(
                    key,
                    text -> Arrays.stream(text.split(" "))
                            .filter(part -> !part.isEmpty())
                            .map(Long::parseLong)
                            .toList());
        }

        private <T> T number(String key, Function<String, T> parser) {
            String text = text(key);
            try {
                return parser.apply(text);
            } catch (NumberFormatException e) {
                throw new BadInputException(
                        file + " says '" + text + "' for '" + key
                                + "', which is no number; an unchanged checkpoint was expected.",
                        e);
            }
        }
    }
}

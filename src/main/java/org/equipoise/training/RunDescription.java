package org.equipoise.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.distributed.Communicator;
import org.equipoise.error.BadInputException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run that shall go on says of itself.
 *
 * @param configuration its settings
 * @param provenance where it comes from, by field name
 */
public record RunDescription(Configuration configuration, Map<String, String> provenance) {
    /** How many settings a message names. */
    private static final int SHOWN = 4;

    /**
     * Reads it on rank 0, which tells the others. Involves all ranks.
     *
     * @param directory the run
     * @param overrides settings that replace those of the run
     * @param communicator the ranks
     * @return what the run says
     * @throws org.equipoise.error.BadInputException on rank 0, if it has no checkpoint to go on from
     */
    public static RunDescription of(RunDirectory directory, List<String> overrides, Communicator communicator) {
        String text = communicator.broadcast(() -> {
            RunDirectory run = RunDirectory.open(directory.folder());
            return text(run.configuration(overrides), run.provenance());
        });
        return told(text, directory);
    }

    private static RunDescription told(String text, RunDirectory directory) {
        JsonNode told = JsonMapper.shared().readTree(text);
        Map<String, String> provenance = new LinkedHashMap<>();
        told.get("provenance")
                .properties()
                .forEach(
                        entry -> provenance.put(entry.getKey(), entry.getValue().asString()));
        String settings = told.get("configuration").asString();
        return new RunDescription(
                ConfigurationReader.read(settings, "the configuration in " + directory.folder(), List.of()),
                provenance);
    }

    /**
     * {@return what the folder of a run is, as rank 0 sees it; involves all ranks}
     *
     * @throws org.equipoise.error.BadInputException on rank 0, if it cannot be read
     */
    public static RunDirectory.State state(RunDirectory directory, Communicator communicator) {
        return RunDirectory.State.valueOf(
                communicator.broadcast(() -> directory.state().name()));
    }

    /**
     * Reads, on rank 0, what is left of a run that was ended before its first checkpoint. Involves all ranks.
     *
     * @param overrides settings that replace those of the run
     * @return what the run says; its provenance may be empty
     * @throws org.equipoise.error.BadInputException on rank 0, if nothing says what its settings were
     */
    public static RunDescription ofBegun(RunDirectory run, List<String> overrides, Communicator communicator) {
        return told(
                communicator.broadcast(() -> text(run.begunConfiguration(overrides), run.writtenProvenance())), run);
    }

    /**
     * @param asked settings that were asked for
     * @param run the directory of this run
     * @return the settings to go on with: those of the run, with as many epochs as were asked for
     * @throws org.equipoise.error.BadInputException if others than the run's are asked for, or fewer epochs
     */
    public Configuration agreed(Configuration asked, RunDirectory run) {
        boolean longer = asked.training().epochs() >= configuration.training().epochs();
        Configuration agreed =
                longer ? configuration.withEpochs(asked.training().epochs()) : configuration;
        if (!agreed.equals(asked)) {
            List<String> differences = agreed.differences(asked);
            String shown = differences.stream().limit(SHOWN).collect(Collectors.joining(", "));
            String more = differences.size() > SHOWN ? " and " + (differences.size() - SHOWN) + " more" : "";
            throw new BadInputException("The run in " + run.folder() + " has other settings than are asked for: "
                    + shown + more + "; its own, or another --out, were expected.");
        }
        return agreed;
    }

    private static String text(Configuration configuration, Map<String, String> provenance) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("configuration", configuration.toYaml());
        all.put("provenance", provenance);
        return JsonMapper.shared().writeValueAsString(all);
    }
}

package org.equipoise.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.distributed.Communicator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run that shall go on says of itself.
 *
 * @param configuration its settings
 * @param provenance where it comes from, by field name
 */
public record RunDescription(Configuration configuration, Map<String, String> provenance) {
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

    private static String text(Configuration configuration, Map<String, String> provenance) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("configuration", configuration.toYaml());
        all.put("provenance", provenance);
        return JsonMapper.shared().writeValueAsString(all);
    }
}

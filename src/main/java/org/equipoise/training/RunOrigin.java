package org.equipoise.training;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.equipoise.config.Configuration;

/**
 * What every file of a run agrees on.
 *
 * @param id a name that no other run has, by which a file of another run is told apart; empty for runs begun before runs had one
 * @param configuration the settings
 * @param provenance where the results come from
 */
record RunOrigin(String id, Configuration configuration, Provenance provenance) {
    /** The key of the name. */
    static final String ID = "run";

    /**
     * @param configuration the settings
     * @param provenance where the results come from
     * @return the origin of a new run
     */
    static RunOrigin ofNewRun(Configuration configuration, Provenance provenance) {
        return new RunOrigin(UUID.randomUUID().toString(), configuration, provenance);
    }

    /** {@return name and provenance by key, as text} */
    Map<String, String> asMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put(ID, id);
        map.putAll(provenance.asMap());
        return map;
    }
}

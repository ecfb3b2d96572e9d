package org.equipoise.config;

import java.util.List;
import org.equipoise.error.BadInputException;
import org.equipoise.error.Suggestion;

/** Named configurations, kept as YAML resources beside this class. */
public final class Presets {
    /** What {@code train} runs when nothing is asked for. */
    public static final String QUICK = "quick";

    private static final List<String> NAMES = List.of(
            QUICK,
            "paper-mnist",
            "paper-fashion-mnist",
            "paper-mnist-crnn",
            "paper-fashion-mnist-crnn",
            "paper-mnist-bptt",
            "paper-fashion-mnist-bptt",
            "paper-mnist-crnn-bptt",
            "paper-fashion-mnist-crnn-bptt",
            "oconnor-1fc",
            "oconnor-3fc",
            "eqspike-1fc",
            "ernoult-2c1fc",
            "cep-1fc",
            "laborieux-cifar10",
            "scellier-1fc",
            "scellier-2fc",
            "scellier-3fc",
            "deep-fashion-mnist",
            "best-mnist",
            "best-fashion-mnist");

    private Presets() {}

    /** {@return the names there are} */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * @param name one of {@link #names()}
     * @param overrides settings that replace those of the preset, as {@code key.key=value}
     * @throws BadInputException if there is no such preset or an override cannot be read
     */
    public static Configuration read(String name, List<String> overrides) {
        if (!NAMES.contains(name)) {
            throw new BadInputException("There is no preset '" + name + "'" + Suggestion.forWord(name, NAMES)
                    + "; one of " + String.join(", ", NAMES) + " was expected.");
        }
        String yaml = TextFile.resource("presets/" + name + ".yaml");
        return ConfigurationReader.read(yaml, "preset " + name, overrides);
    }
}

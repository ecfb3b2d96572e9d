package org.equipoise.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.training.TrainingState;

/** Settings in YAML, with lines that begin with {@code --set } taken as options; what is read is written and
 * read again, and its memory planned. */
public final class YamlFuzz {
    private static final String OPTION = "--set ";

    private YamlFuzz() {}

    /**
     * @param input lines of text
     */
    public static void fuzzerTestOneInput(byte[] input) {
        List<String> lines = new String(input, StandardCharsets.UTF_8).lines().toList();
        List<String> options = lines.stream()
                .filter(line -> line.startsWith(OPTION))
                .map(line -> line.substring(OPTION.length()))
                .toList();
        String yaml = String.join(
                "\n", lines.stream().filter(line -> !line.startsWith(OPTION)).toList());
        Outcome.of(input, () -> {
            Configuration read = ConfigurationReader.read(yaml, "input", options);
            String written = read.toYaml();
            TrainingState.plans(read, 2, 1_000).forEach(MemoryPlan::totalBytes);
            if (!ConfigurationReader.read(written, "written", List.of()).equals(read)) {
                throw new AssertionError("Written and read again it is another:\n" + written);
            }
        });
    }
}

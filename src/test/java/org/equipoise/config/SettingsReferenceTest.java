package org.equipoise.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.equipoise.config.SettingsReference.Line;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No setting is forgotten: what a record has is in its table, and what is in a table is read, written and explained. */
class SettingsReferenceTest {
    private static final Path PAGE = Path.of("docs", "settings.md");
    private static final String HEADING = "| setting | usual |";

    private static final String NETWORK =
            "network: {input: [1, 9, 9], layers: [{conv: 4, kernel: 3, stride: 2, pool: avg2}, {linear: 3}]}\n";

    /** What chooses the kinds. */
    private static final Map<String, List<String>> CHOICES = Map.of(
            "neuron.kind: sigma-delta", List.of("neuron={kind: sigma-delta, epsilon: 0.25, lambda: 0.5}"),
            "neuron.kind: rate", List.of("neuron={kind: rate}"),
            "neuron.kind: lif", List.of("neuron={kind: lif}"),
            "learning.rate-schedule: step", List.of("learning.rate-schedule={kind: step, every: 3, factor: 0.5}"),
            "learning.algorithm: eqspike",
                    List.of("learning.algorithm=eqspike", "neuron={kind: lif}", "phases.scheme=one-sided"),
            "learning.algorithm: bptt", List.of("learning.algorithm=bptt"),
            "learning.optimizer: adam", List.of("learning.optimizer={kind: adam}"));

    /** What must be set beside a setting for other values than the usual one. */
    private static final Map<String, List<String>> BESIDE = Map.ofEntries(
            Map.entry("phases.against", List.of("phases.scheme=one-sided")),
            Map.entry("training.particles", List.of("neuron={kind: rate}")),
            Map.entry("network.normalise", List.of("neuron={kind: rate}")),
            Map.entry(
                    "network.normalise.mean",
                    List.of("neuron={kind: rate}", "network.normalise={mean: [0.5], deviation: [1]}")),
            Map.entry(
                    "network.normalise.deviation",
                    List.of("neuron={kind: rate}", "network.normalise={mean: [0.5], deviation: [1]}")),
            Map.entry("phases.average.free", List.of("phases.average={free: 1, nudge: 2}")),
            Map.entry("phases.average.nudge", List.of("phases.average={free: 2, nudge: 1}")),
            Map.entry("phases.settle.tolerance", List.of("phases.settle={tolerance: 0.5}")),
            Map.entry("phases.settle.window", List.of("phases.settle={tolerance: 0.5}")),
            Map.entry("training.augment.flip", List.of("training.augment={crop: 1}")),
            Map.entry("training.augment.crop", List.of("training.augment={crop: 1}")));

    /** A loss and a readout that are set together. */
    private static final List<String> CROSS_ENTROPY =
            List.of("learning.readout=softmax", "learning.loss=cross-entropy");

    static List<Line> lines() {
        return SettingsReference.lines();
    }

    private static Configuration read(List<String> overrides) {
        String whole = ConfigurationReader.read(NETWORK, "text", List.of()).toYaml();
        return ConfigurationReader.read(whole, "text", overrides);
    }

    private static Stream<String> candidates(Line line) {
        return Stream.concat(
                Arrays.stream(line.allowed().split(", ")),
                Stream.of(
                        "0.25",
                        "0.75",
                        "1",
                        "2",
                        "3",
                        "[0.25]",
                        "[0.25, 0.75]",
                        "[1, 8, 8]",
                        "avg3",
                        "[{conv: 5, kernel: 3}, {linear: 3}]",
                        "{tolerance: 0.5}",
                        "{flip: true}",
                        "{mean: [0.5], deviation: [1]}",
                        "{kind: step, every: 3, factor: 0.5}",
                        "lif"));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void everySettingIsExplainedReadAndWritten(Line line) {
        assertFalse(line.meaning().isEmpty(), line.key());
        assertFalse(line.usual().isEmpty(), line.key());
        List<String> chosen = new ArrayList<>(BESIDE.getOrDefault(line.key(), List.of()));
        CROSS_ENTROPY.stream()
                .filter(pair -> line.key().matches("learning.(loss|readout)") && !pair.startsWith(line.key()))
                .forEach(chosen::add);
        for (String choice : line.when().split(", ")) {
            chosen.addAll(CHOICES.getOrDefault(choice, List.of()));
        }
        if (line.when().contains("surrogate")) {
            chosen.add("learning.surrogate={" + line.when().replaceFirst(".*surrogate\\.", "") + "}");
        }
        List<String> set =
                candidates(line).filter(value -> changes(line, chosen, value)).toList();
        assertFalse(set.isEmpty(), line + " cannot be set");
    }

    /** Whether a value can be set, is then written and read back, and makes another configuration. */
    private static boolean changes(Line line, List<String> chosen, String value) {
        String key = line.key().substring(line.key().lastIndexOf('.') + 1);
        List<String> overrides = new ArrayList<>(chosen);
        overrides.add(line.key().contains("[]") ? layers(key, value) : line.key() + "=" + value);
        List<String> base = new ArrayList<>(chosen);
        base.removeIf(CROSS_ENTROPY::contains);
        Configuration after;
        try {
            after = read(overrides);
        } catch (BadInputException e) {
            return false;
        }
        String yaml = after.toYaml();
        assertTrue(yaml.contains(key + ":"), key + " in\n" + yaml);
        assertEquals(after, ConfigurationReader.read(yaml, "written", List.of()));
        return !after.equals(read(base));
    }

    private static String layers(String key, String value) {
        Map<String, String> layer = new LinkedHashMap<>(Map.of("conv", "4"));
        layer.putAll(Map.of("kernel", "3", "stride", "2", "pool", "avg2"));
        String classes = key.equals("linear") ? value : "3";
        if (!key.equals("linear")) {
            layer.put(key, value);
        }
        return "network.layers=[" + layer.toString().replace("=", ": ") + ", {linear: " + classes + "}]";
    }

    @Test
    void everyComponentOfEveryRecordHasALine() throws ReflectiveOperationException {
        Set<Class<?>> seen = new HashSet<>();
        Deque<Class<?>> left = new ArrayDeque<>(List.of(Configuration.class));
        int tables = 0;
        while (!left.isEmpty()) {
            Class<?> type = left.remove();
            if (!type.getPackageName().equals(Configuration.class.getPackageName()) || !seen.add(type)) {
                continue;
            }
            if (type.isSealed()) {
                left.addAll(Arrays.asList(type.getPermittedSubclasses()));
            }
            if (!type.isRecord()) {
                continue;
            }
            Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .forEach(left::add);
            List<String> components = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getName)
                    .sorted()
                    .toList();
            if (Arrays.stream(type.getDeclaredFields())
                    .anyMatch(field -> field.getName().equals("SETTINGS"))) {
                SettingsTable<?> table =
                        (SettingsTable<?>) type.getDeclaredField("SETTINGS").get(null);
                List<String> listed = new ArrayList<>(table.listedComponents());
                if (type == NetworkSettings.class) {
                    listed.add("readout"); // stands in the section learning
                }
                assertEquals(components, listed.stream().sorted().toList(), type.getName());
                tables++;
            } else {
                // what is written as one value, by a form of its own, and the whole
                assertTrue(
                        components.isEmpty() || written(type) || type == Configuration.class,
                        type + " has components and no table");
            }
        }
        assertTrue(tables >= 14, "tables found: " + tables);
        assertEquals(
                Arrays.stream(Configuration.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList(),
                List.copyOf(Configuration.SECTIONS.keySet()));
    }

    private static boolean written(Class<?> type) {
        return Stream.concat(Stream.of(type), Arrays.stream(type.getInterfaces()))
                .flatMap(each -> Arrays.stream(each.getDeclaredFields()))
                .anyMatch(field -> field.getName().equals("FORM") && Modifier.isStatic(field.getModifiers()));
    }

    @Test
    void shorterConstructorsLeaveOutWhatIsUsual() {
        assertEquals(TrainingSettings.SETTINGS.usual(), new TrainingSettings(125, 250, 0));
        assertEquals(PhaseSettings.SETTINGS.usual(), new PhaseSettings(250, 50, 0.9f, PhaseSettings.Scheme.SYMMETRIC));
    }

    @Test
    void numbersAreWrittenAlikeInEveryCountry() {
        Locale usual = Locale.getDefault();
        String yaml = read(List.of()).toYaml();
        String page = SettingsReference.markdown();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertEquals(yaml, read(List.of()).toYaml());
            assertEquals(page, SettingsReference.markdown());
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertEquals(yaml, read(List.of()).toYaml());
        } finally {
            Locale.setDefault(usual);
        }
    }

    /** With {@code -Dequipoise.rewrite=true} the page is written. */
    @Test
    void thePageOfSettingsHasThemAll() throws IOException {
        String page = Files.readString(PAGE);
        int table = page.contains(HEADING) ? page.indexOf(HEADING) : page.length();
        String expected = page.substring(0, table) + SettingsReference.markdown();
        if (Boolean.getBoolean("equipoise.rewrite")) {
            Files.writeString(PAGE, expected);
        }
        assertEquals(expected, Files.readString(PAGE));
    }
}

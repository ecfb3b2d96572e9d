package org.equipoise.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.error.BadInputException;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** A parsed YAML document whose parts remember where they stood, so that a complaint can name the line. */
sealed interface SettingTree {
    int DEEPEST = 16;
    int MAX_CHARACTERS = 1 << 20;

    /** {@return where it stood: file and line, or the option it came from} */
    String where();

    /** Named settings, in the order they were written. */
    record Mapping(String where, Map<String, SettingTree> entries) implements SettingTree {}

    /** A list of settings. */
    record Sequence(String where, List<SettingTree> items) implements SettingTree {}

    /** One value, as written. */
    record Scalar(String where, String text) implements SettingTree {}

    /** Adds every value below this, by its key such as {@code phases.free}. */
    default void flatten(String key, Map<String, String> values) {
        String prefix = key.isEmpty() ? "" : key + ".";
        switch (this) {
            case Mapping mapping -> mapping.entries().forEach((name, tree) -> tree.flatten(prefix + name, values));
            case Sequence sequence -> {
                for (int i = 0; i < sequence.items().size(); i++) {
                    sequence.items().get(i).flatten(prefix + i, values);
                }
            }
            case Scalar scalar -> values.put(key, scalar.text());
        }
    }

    /**
     * @param yaml a document
     * @param source its name in messages
     * @throws BadInputException if it is not YAML, or not of mappings, lists and values alone
     */
    static SettingTree parse(String yaml, String source) {
        if (yaml.length() > MAX_CHARACTERS) {
            throw new BadInputException(source + " holds " + yaml.length() + " characters; a configuration of at most "
                    + MAX_CHARACTERS + " was expected.");
        }
        LoadSettings settings = LoadSettings.builder()
                .setLabel(source)
                .setAllowDuplicateKeys(false)
                .build();
        try {
            ParserImpl events = new ParserImpl(settings, new StreamReader(settings, yaml));
            Node root = new Composer(settings, new PlainEvents(events, source))
                    .getSingleNode()
                    .orElseThrow(() ->
                            new BadInputException(source + " is empty; a YAML mapping of settings was expected."));
            return convert(root, source);
        } catch (MarkedYamlEngineException e) {
            String line = e.getProblemMark()
                    .map(mark -> " line " + (mark.getLine() + 1))
                    .orElse("");
            throw new BadInputException(source + line + " is not YAML: " + oneLine(e.getProblem()) + ".", e);
        } catch (YamlEngineException e) {
            throw new BadInputException(source + " is not YAML: " + oneLine(String.valueOf(e.getMessage())) + ".", e);
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    private static SettingTree convert(Node node, String source) {
        String where = node.getStartMark()
                .map(mark -> source + " line " + (mark.getLine() + 1))
                .orElse(source);
        return switch (node) {
            case MappingNode mapping -> {
                Map<String, SettingTree> entries = new LinkedHashMap<>();
                for (NodeTuple tuple : mapping.getValue()) {
                    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                        throw new BadInputException(where + " has a key that is no word; 'name: value' was expected.");
                    }
                    if (entries.put(key.getValue(), convert(tuple.getValueNode(), source)) != null) {
                        throw new BadInputException(
                                where + " has the key '" + key.getValue() + "' twice; it was expected once.");
                    }
                }
                yield new Mapping(where, entries);
            }
            case SequenceNode sequence -> {
                List<SettingTree> items = new ArrayList<>();
                for (Node item : sequence.getValue()) {
                    items.add(convert(item, source));
                }
                yield new Sequence(where, items);
            }
            case ScalarNode scalar -> new Scalar(where, scalar.getValue());
            default ->
                throw new BadInputException(
                        where + " holds another form of YAML; mappings, lists and values were expected.");
        };
    }
}

package org.equipoise.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.equipoise.error.BadInputException;
import org.equipoise.error.Suggestion;

/** Reads one part of a setting tree, complaining by line and key. */
record SettingReader(String path, SettingTree tree, SettingTree root) {
    /** Of a section that is left out: all settings have their usual values. */
    static final SettingReader NOTHING = of(new SettingTree.Mapping("", Map.of()));

    static SettingReader of(SettingTree document) {
        return new SettingReader("", document, document);
    }

    /** {@return a reader of the whole document that this is a part of} */
    SettingReader whole() {
        return of(root);
    }

    boolean isLeftOut() {
        return tree.where().isEmpty();
    }

    /** {@return a reader of the section of a key, or of nothing where it is left out} */
    SettingReader section(String key) {
        return optional(key).orElse(new SettingReader(at(key), NOTHING.tree, root));
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private BadInputException wrong(String found, String expected) {
        String name = path.isEmpty() ? "The document" : path;
        return new BadInputException(name + " is " + found + " (" + tree.where() + "); " + expected + " was expected.");
    }

    private Map<String, SettingTree> entries() {
        if (tree instanceof SettingTree.Mapping mapping) {
            return mapping.entries();
        }
        throw wrong("not a mapping", "'key: value' settings");
    }

    /** Refuses keys other than these. */
    SettingReader onlyKeys(List<String> known) {
        entries().forEach((key, value) -> {
            if (!known.contains(key)) {
                throw new BadInputException("'" + at(key) + "' is not a setting (" + value.where() + ")"
                        + Suggestion.forWord(key, known) + "; one of " + String.join(", ", known) + " was expected.");
            }
        });
        return this;
    }

    boolean isMapping() {
        return tree instanceof SettingTree.Mapping;
    }

    boolean has(String key) {
        return entries().containsKey(key);
    }

    SettingReader required(String key) {
        return optional(key).orElseThrow(() -> missing(key));
    }

    BadInputException missing(String key) {
        return new BadInputException(
                "'" + at(key) + "' is missing (" + tree.where() + "); a value was expected there.");
    }

    Optional<SettingReader> optional(String key) {
        return Optional.ofNullable(entries().get(key)).map(value -> new SettingReader(at(key), value, root));
    }

    List<SettingReader> items() {
        if (tree instanceof SettingTree.Sequence sequence) {
            List<SettingTree> items = sequence.items();
            return IntStream.range(0, items.size())
                    .mapToObj(i -> new SettingReader(path + "[" + i + "]", items.get(i), root))
                    .toList();
        }
        throw wrong("not a list", "a list such as [a, b]");
    }

    String text() {
        if (tree instanceof SettingTree.Scalar scalar) {
            return scalar.text();
        }
        throw wrong("not a single value", "one value");
    }

    int integer() {
        return whole(Integer::valueOf);
    }

    long longInteger() {
        return whole(Long::valueOf);
    }

    private <N> N whole(Function<String, N> parser) {
        String text = text();
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            throw wrong("'" + text + "'", "a whole number");
        }
    }

    float real() {
        return (float) number();
    }

    double number() {
        return number(text());
    }

    /** {@return a part of the value as a number} */
    double number(String text) {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value) && text.matches("[-+.eE0-9]+")) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, in the same words as a number that is not finite.
        }
        throw wrong("'" + text + "'", "a number");
    }

    <T> T choice(Map<String, T> choices) {
        String text = text();
        T choice = choices.get(text);
        if (choice == null) {
            String suggestion = Suggestion.forWord(text, choices.keySet());
            throw wrong("'" + text + "'" + suggestion, "one of " + String.join(", ", choices.keySet()));
        }
        return choice;
    }

    /** A tree in which one dotted key has another value. */
    SettingTree with(List<String> keys, SettingTree value) {
        if (keys.isEmpty()) {
            return value;
        }
        if (tree instanceof SettingTree.Sequence sequence) {
            return withItem(sequence, keys, value);
        }
        // What is off has no settings yet, and is on once it has one.
        boolean off = tree instanceof SettingTree.Scalar scalar && scalar.text().equals("off");
        Map<String, SettingTree> changed = new LinkedHashMap<>(off ? Map.of() : entries());
        String key = keys.getFirst();
        SettingTree below = changed.getOrDefault(key, new SettingTree.Mapping(value.where(), Map.of()));
        changed.put(key, new SettingReader(at(key), below, root).with(keys.subList(1, keys.size()), value));
        return new SettingTree.Mapping(tree.where(), changed);
    }

    /** The first key is the number of an item, from 0 as complaints count them. */
    private SettingTree withItem(SettingTree.Sequence sequence, List<String> keys, SettingTree value) {
        List<SettingTree> items = new ArrayList<>(sequence.items());
        String key = keys.getFirst();
        int item = key.matches("\\d{1,6}") ? Integer.parseInt(key) : -1;
        if (item < 0 || item >= items.size()) {
            throw new BadInputException(at(key) + " is not in the list " + path + " (" + value.where() + "); "
                    + (items.isEmpty() ? "the whole list" : "a number from 0 to " + (items.size() - 1))
                    + " was expected after " + path + ".");
        }
        SettingTree changed =
                new SettingReader(at(key), items.get(item), root).with(keys.subList(1, keys.size()), value);
        // Complaints about an item are placed where the item is.
        items.set(
                item,
                changed instanceof SettingTree.Mapping mapping
                        ? new SettingTree.Mapping(value.where(), mapping.entries())
                        : changed);
        return new SettingTree.Sequence(tree.where(), items);
    }
}

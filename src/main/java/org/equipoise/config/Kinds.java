package org.equipoise.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.equipoise.config.SettingsReference.Line;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * A choice between kinds, each a record with a table of its settings. The first kind is the usual one.
 *
 * @param <S> the sealed interface of the kinds
 */
final class Kinds<S> {
    private static final String KIND = "kind";

    private final Style style;
    private final Map<String, Kind> kinds = new LinkedHashMap<>();

    /** How a kind is written. */
    enum Style {
        /** {@code {kind: WORD, …}}. */
        MAPPING,
        /** {@code WORD}, or {@code {kind: WORD, …}}. */
        WORD_OR_MAPPING,
        /** {@code WORD}. */
        WORD,
        /** {@code {WORD: …, …}}: the word is the first setting of the kind. */
        FIRST_KEY
    }

    /**
     * One kind.
     *
     * @param table its settings; looked at when they are used, for Java may make the interface of the kinds before their tables
     * @param mapping what is to be written where the word alone leaves something open
     */
    record Kind(String word, Class<? extends Record> type, Supplier<SettingsTable<?>> table, String mapping) {
        static Kind kind(String word, Class<? extends Record> type, Supplier<SettingsTable<?>> table) {
            return new Kind(word, type, table, "");
        }

        /** {@return a kind without settings} */
        static Kind kind(String word, Class<? extends Record> type) {
            return kind(word, type, () -> SettingsTable.line(type, "", ""));
        }

        Kind neverAlone(String written) {
            return new Kind(word, type, table, written);
        }

        SettingsTable<?> settings() {
            return table.get();
        }
    }

    /** Refuses a setting of one kind where another was chosen. */
    interface Refusal {
        /**
         * @param set the setting
         * @param kind the kind that has it
         * @param choice what was chosen, as {@code learning.algorithm is ep}
         */
        void refuse(SettingReader set, Kind kind, String choice);
    }

    Kinds(Style style, Kind... kinds) {
        this.style = style;
        for (Kind kind : kinds) {
            this.kinds.put(kind.word(), kind);
        }
    }

    Kind of(Object settings) {
        return kinds.values().stream()
                .filter(kind -> kind.type().isInstance(settings))
                .findFirst()
                .orElseThrow();
    }

    private Kind usual() {
        return kinds.values().iterator().next();
    }

    /** {@return the kind that is written there} */
    Kind chosen(SettingReader reader) {
        if (reader.isLeftOut()) {
            return usual();
        }
        if (style == Style.FIRST_KEY) {
            List<Kind> told = kinds.values().stream()
                    .filter(kind -> reader.has(kind.word()))
                    .toList();
            return told.isEmpty() ? List.copyOf(kinds.values()).getLast() : told.getFirst();
        }
        boolean mapping = style == Style.MAPPING || style == Style.WORD_OR_MAPPING && reader.isMapping();
        return (mapping ? reader.required(KIND) : reader).choice(kinds);
    }

    private Record read(SettingReader reader) {
        Kind kind = chosen(reader);
        if (reader.isMapping()) {
            List<String> kindKey = style == Style.FIRST_KEY ? List.of() : List.of(KIND);
            return kind.settings().read(reader, kindKey, Map.of());
        }
        if (!kind.mapping().isEmpty()) {
            throw new BadInputException(reader.path() + " is '" + kind.word() + "' ("
                    + reader.tree().where() + "); " + kind.mapping() + " was expected.");
        }
        return kind.settings().usual();
    }

    private String write(Object settings) {
        Kind kind = of(settings);
        List<String> entries = kind.settings().entries(settings, Map.of());
        if (style != Style.MAPPING && entries.isEmpty()) {
            return kind.word();
        }
        Stream<String> word = style == Style.FIRST_KEY ? Stream.of() : Stream.of(KIND + ": " + kind.word());
        return "{" + String.join(", ", Stream.concat(word, entries.stream()).toList()) + "}";
    }

    private String words() {
        return String.join(", ", kinds.keySet());
    }

    private Stream<Line> reference(Line own) {
        if (style == Style.FIRST_KEY) {
            return kinds.values().stream().flatMap(kind -> kind.settings().reference(own.when(kind.word())));
        }
        Line choice =
                style == Style.MAPPING ? own.below(KIND, usual().word() + ", needed", words(), own.meaning()) : own;
        return Stream.concat(
                Stream.of(choice),
                kinds.values().stream()
                        .flatMap(kind -> kind.settings().reference(own.when(choice.key() + ": " + kind.word()))));
    }

    /** {@return the kinds as the form of a setting} */
    @SuppressWarnings("unchecked") // only records of S are listed
    Form<S> form() {
        return new Form<>(reader -> (S) read(reader), this::write, words(), this::reference);
    }

    /** {@return a setting that chooses a kind, the settings of some kinds standing beside it} */
    Setting beside(String line, Refusal refusal, List<String> words) {
        List<Kind> beside = words.stream().map(kinds::get).toList();
        return new Setting(line) {
            @Override
            List<String> keys() {
                return Stream.concat(Stream.of(key), beside.stream().flatMap(kind -> kind.settings().keys().stream()))
                        .toList();
            }

            @Override
            Object read(SettingReader section) {
                SettingReader choice = section.section(key);
                Kind chosen = chosen(choice);
                for (Kind other : beside) {
                    if (!other.equals(chosen)) {
                        other.settings().keys().stream()
                                .flatMap(set -> section.optional(set).stream())
                                .forEach(set -> refusal.refuse(set, other, choice.path() + " is " + chosen.word()));
                    }
                }
                if (!beside.contains(chosen)) {
                    return Kinds.this.read(choice);
                }
                if (choice.isMapping() && !choice.isLeftOut()) {
                    choice.onlyKeys(List.of(KIND));
                }
                return chosen.settings().readAmong(section, Map.of());
            }

            @Override
            List<String> write(@Nullable Object value) {
                Kind kind = of(Objects.requireNonNull(value));
                return beside.contains(kind)
                        ? Stream.concat(
                                        Stream.of(key + ": " + kind.word()),
                                        kind.settings().entries(value, Map.of()).stream())
                                .toList()
                        : List.of(key + ": " + Kinds.this.write(value));
            }

            @Override
            Stream<Line> reference(Line section) {
                Line own = section.below(key, usual, words(), meaning);
                return Stream.concat(
                        Stream.of(own),
                        kinds.values().stream()
                                .flatMap(kind -> kind.settings()
                                        .reference((beside.contains(kind) ? section : own)
                                                .when(own.key() + ": " + kind.word()))));
            }
        };
    }

    /** Refuses a setting that only one kind has. */
    static void refuse(SettingReader set, Kind kind, String choice) {
        String key = choice.substring(choice.lastIndexOf('.') + 1, choice.indexOf(" is "));
        throw new BadInputException(set.path() + " is set (" + set.tree().where() + ") but " + choice
                + ", which has no such setting; " + key + ": " + kind.word() + " was expected beside it.");
    }
}

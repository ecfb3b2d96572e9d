package org.equipoise.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.config.SettingsReference.Line;
import org.jspecify.annotations.Nullable;

/**
 * How the value of a setting is written.
 *
 * @param reading makes a value of what is written
 * @param writing makes YAML of a value
 * @param allowed what may be written, in the words of the reference
 * @param reference the lines of the reference for a setting of this form, whose own is given
 */
record Form<V extends @Nullable Object>(
        Function<SettingReader, V> reading,
        Function<V, String> writing,
        String allowed,
        Function<Line, Stream<Line>> reference) {

    static final Form<Integer> WHOLE = of("a whole number", SettingReader::integer);
    static final Form<Long> LONG = of("a whole number", SettingReader::longInteger);
    static final Form<Float> REAL = of("a number", SettingReader::real);
    static final Form<Double> DOUBLE = of("a number", SettingReader::number);
    static final Form<List<Float>> REALS = of(
            "numbers",
            reader -> reader.items().stream().map(SettingReader::real).toList());
    private static final Form<Boolean> TRUTH = choice(List.of(true, false), String::valueOf);

    /** {@return a form of values that are written by their {@code toString}} */
    static <V> Form<V> of(String allowed, Function<SettingReader, V> reading) {
        return new Form<>(reading, String::valueOf, allowed, Stream::of);
    }

    /** {@return the form of components of a type: words for an enum, numbers for numbers, and for other types whatever is said later} */
    static Form<?> of(Class<?> type) {
        Map<Class<?>, Form<?>> plain = Map.of(
                long.class, LONG, float.class, REAL, double.class, DOUBLE, boolean.class, TRUTH, List.class, REALS);
        return type.isEnum()
                ? choice(List.of((Object[]) type.getEnumConstants()), Form::word)
                : plain.getOrDefault(type, WHOLE);
    }

    /** {@return one of some values, by name} */
    static <V> Form<V> choice(List<V> values, Function<V, String> word) {
        Map<String, V> words = new LinkedHashMap<>();
        values.forEach(value -> words.put(word.apply(value), value));
        return new Form<>(reader -> reader.choice(words), word, String.join(", ", words.keySet()), Stream::of);
    }

    /** {@return a constant of an enum as it is written: {@code FAN_IN} as {@code fan-in}} */
    static String word(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@return a word that stands for one value, or else what is written otherwise} */
    static <V> Form<V> wordOr(String word, V meant, Form<V> otherwise) {
        return new Form<>(
                reader -> reader.text().equals(word) ? meant : otherwise.read(reader),
                value -> value.equals(meant) ? word : otherwise.write(value),
                "'" + word + "' or " + otherwise.allowed(),
                Stream::of);
    }

    /** {@return a word that says that there is nothing to set, or else a mapping of settings} */
    static <V> Form<@Nullable V> off(String word, @Nullable V meant, Form<V> settings) {
        Form<String> off = choice(List.of(word), Function.identity());
        return new Form<>(
                reader -> {
                    if (reader.isMapping()) {
                        return settings.read(reader);
                    }
                    off.read(reader);
                    return meant;
                },
                value -> value == null || value.equals(meant) ? word : settings.write(value),
                word + ", or the settings below",
                own -> Stream.concat(
                        Stream.of(own), settings.reference().apply(own.when(own.key() + " is not " + word))));
    }

    /** {@return a list with a line for each item} */
    static <V> Form<List<V>> items(Form<V> item) {
        return new Form<>(
                reader -> reader.items().stream()
                        .map(each -> SettingPlace.at(each.tree(), () -> item.read(each)))
                        .toList(),
                values -> values.stream().map(item::write).collect(Collectors.joining("\n    - ", "\n    - ", "")),
                "a list",
                own -> Stream.concat(Stream.of(own), item.reference().apply(own.called(own.key() + "[]"))));
    }

    /** {@return the same, with what is read changed by what else is written} */
    Form<V> adapted(BiFunction<SettingReader, V, V> change) {
        return new Form<>(reader -> change.apply(reader, read(reader)), writing, allowed, reference);
    }

    V read(SettingReader reader) {
        return reading.apply(reader);
    }

    String write(V value) {
        return writing.apply(value);
    }

    @SuppressWarnings("unchecked") // a component has the type that its form writes
    String writeAny(@Nullable Object value) {
        return ((Form<@Nullable Object>) this).write(value);
    }
}

package org.equipoise.config;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.equipoise.config.SettingsReference.Line;
import org.jspecify.annotations.Nullable;

/** A line of a {@link SettingsTable}, with what it leaves to code. */
class Setting {
    private static final Pattern NEXT_WORD = Pattern.compile("-(\\w)");
    private static final String NEEDED = "needed";

    final String line;
    final String key;
    final String component;
    final String usual;
    final Range allowed;
    final String meaning;
    private final boolean ignored;

    /** How the value is written. */
    Form<?> form = Form.WHOLE;

    /** Whether a document that has the section must have the setting. */
    Predicate<SettingReader> needed;

    /** What the whole document makes the usual value. */
    Function<SettingReader, @Nullable Object> usualValue = this::readUsual;

    Setting(String line) {
        this.line = line;
        String[] cells = line.strip().split("\\s*\\|\\s*", 4);
        String[] names = cells[0].split(" ?= ?", 2);
        key = names[0].replaceAll("[()]", "");
        ignored = !key.equals(names[0]);
        String camelCase =
                NEXT_WORD.matcher(key).replaceAll(word -> word.group(1).toUpperCase(Locale.ROOT));
        component = ignored ? "" : names.length == 2 ? names[1] : camelCase;
        usual = cells[1];
        allowed = new Range(cells[2]);
        meaning = cells[3];
        needed = whole -> usual.endsWith(NEEDED);
    }

    private @Nullable Object readUsual(SettingReader whole) {
        String text = usual.replaceFirst("(, )?" + NEEDED + "$", "");
        return form.read(
                new SettingReader(key, SettingTree.parse(text, "the usual " + key), SettingReader.NOTHING.root()));
    }

    List<String> keys() {
        return List.of(key);
    }

    /** {@return the value, from the settings of the section} */
    @Nullable
    Object read(SettingReader section) {
        if (ignored) {
            section.optional(key).filter(any -> !allowed.text().isEmpty()).ifPresent(SettingReader::number);
            return null;
        }
        if (section.has(key)) {
            return form.read(section.required(key));
        }
        if (section.isLeftOut() ? usual.equals(NEEDED) : needed.test(section.whole())) {
            throw section.missing(key);
        }
        return usualValue.apply(section.whole());
    }

    /** {@return {@code key: value}, for each key} */
    List<String> write(@Nullable Object value) {
        String text = form.writeAny(value);
        return List.of(key + (text.startsWith("\n") ? ":" : ": ") + text);
    }

    /** {@return its lines of the reference, below that of its section} */
    Stream<Line> reference(Line section) {
        String words = allowed.text().isEmpty() ? form.allowed() : allowed.text();
        return ignored ? Stream.of() : form.reference().apply(section.below(key, usual, words, meaning));
    }
}

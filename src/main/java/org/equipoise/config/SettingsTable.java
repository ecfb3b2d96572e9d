package org.equipoise.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.equipoise.config.SettingsReference.Line;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a record, a line for each, by which it is read, written, limited and explained:
 *
 * <pre>{@code
 * key             | usual value | allowed | meaning
 * key = component | needed      | allowed | meaning
 * }</pre>
 *
 * <p>The component of the record is named where it is not called as the key. {@code 250, needed} is usual where the whole section is
 * left out, and must be said where it is not. What numbers are allowed is told as by {@link Range}; for words the cell is empty. A key in
 * parentheses may be written and nothing comes of it. The settings are written in the order of the lines.
 *
 * @param <R> the record
 */
final class SettingsTable<R extends Record> {
    private final Class<R> type;
    private final String place;
    private final boolean block;
    private final List<Setting> settings;
    private final List<String> components;
    private String moved = "";
    private String movedAfter = "";

    private SettingsTable(Class<R> type, String place, boolean block, String lines) {
        this.type = type;
        this.place = place;
        this.block = block;
        settings = new ArrayList<>(lines.lines().map(Setting::new).toList());
        components = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
        for (Setting setting : settings) {
            if (!setting.component.isEmpty()) {
                setting.form = Form.of(type.getRecordComponents()[indexOf(setting)].getType());
            }
        }
    }

    /**
     * @param place what complaints put before a key: the keys above it, or words that end in a space
     * @return a table of settings that are written in one line of YAML
     */
    static <R extends Record> SettingsTable<R> line(Class<R> type, String place, String lines) {
        return new SettingsTable<>(type, place, false, lines);
    }

    /** {@return a table of settings that are written in a line of YAML each} */
    static <R extends Record> SettingsTable<R> block(Class<R> type, String place, String lines) {
        return new SettingsTable<>(type, place, true, lines);
    }

    /** {@return the components that have a line} */
    List<String> listedComponents() {
        return settings.stream()
                .map(setting -> setting.component)
                .filter(component -> !component.isEmpty())
                .toList();
    }

    private int indexOf(Setting setting) {
        int index = components.indexOf(setting.component);
        if (index < 0) {
            throw new IllegalArgumentException(type + " has no component for the line " + setting.line);
        }
        return index;
    }

    private Setting setting(String key) {
        return settings.stream()
                .filter(each -> each.key.equals(key))
                .findFirst()
                .orElseThrow();
    }

    /** Says how a setting is written where the type of the component does not. */
    SettingsTable<R> form(String key, Form<?> form) {
        setting(key).form = form;
        return this;
    }

    /** Says what is usual where other settings decide it. */
    SettingsTable<R> usual(String key, Function<SettingReader, @Nullable Object> usual) {
        setting(key).usualValue = usual;
        return this;
    }

    /** Says which documents do without a setting that others need. */
    SettingsTable<R> neededUnless(Predicate<SettingReader> exception, String key) {
        setting(key).needed = exception.negate();
        return this;
    }

    /** Has complaints list a key after another one, wherever it is written. */
    SettingsTable<R> listedAfter(String other, String key) {
        moved = key;
        movedAfter = other;
        return this;
    }

    /** Puts a choice between kinds, the settings of some of which stand beside it, in the place of a setting. */
    SettingsTable<R> beside(String key, Kinds<?> kinds, Kinds.Refusal refusal, String... words) {
        Setting choice = kinds.beside(setting(key).line, refusal, List.of(words));
        settings.replaceAll(each -> each.key.equals(key) ? choice : each);
        return this;
    }

    /** Puts the settings of a record in the place of the line without a key. */
    SettingsTable<R> among(SettingsTable<?> table) {
        Setting all = new Setting(setting("").line) {
            @Override
            List<String> keys() {
                return table.keys();
            }

            @Override
            Object read(SettingReader section) {
                return table.readAmong(section, Map.of());
            }

            @Override
            List<String> write(@Nullable Object value) {
                return table.entries(Objects.requireNonNull(value), Map.of());
            }

            @Override
            Stream<Line> reference(Line section) {
                return table.reference(section);
            }
        };
        settings.replaceAll(each -> each.key.isEmpty() ? all : each);
        return this;
    }

    List<String> keys() {
        List<String> keys = new ArrayList<>(
                settings.stream().flatMap(each -> each.keys().stream()).toList());
        if (keys.remove(moved)) {
            keys.add(keys.indexOf(movedAfter) + 1, moved);
        }
        return keys;
    }

    /**
     * @param others further keys that it may have
     * @param given values of components that are no settings of this section
     */
    R read(SettingReader section, List<String> others, Map<String, Object> given) {
        section.onlyKeys(Stream.concat(others.stream(), keys().stream()).toList());
        return readAmong(section, given);
    }

    R read(SettingReader section) {
        return read(section, List.of(), Map.of());
    }

    /** {@return the record of a section that has the settings of others too} */
    R readAmong(SettingReader section, Map<String, Object> given) {
        @Nullable Object[] values = components.stream().map(given::get).toArray();
        for (Setting setting : settings) {
            Object value = setting.read(section);
            if (!setting.component.isEmpty()) {
                values[indexOf(setting)] = value;
            }
        }
        return make(values);
    }

    /** {@return the record whose settings all have their usual values} */
    R usual() {
        return read(SettingReader.NOTHING);
    }

    /** {@return the same settings but for one} */
    R with(R settings, String component, Object value) {
        @Nullable Object[] values = values(settings);
        values[components.indexOf(component)] = value;
        return make(values);
    }

    private R make(@Nullable Object[] values) {
        try {
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException complaint ? complaint : new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Object[] values(Object record) {
        @Nullable Object[] values = new @Nullable Object[components.size()];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = type.getRecordComponents()[i].getAccessor().invoke(record);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return values;
    }

    /**
     * @param others values of settings that are no components of it
     * @return {@code key: value} for each setting
     */
    List<String> entries(Object record, Map<String, Object> others) {
        @Nullable Object[] values = values(record);
        return settings.stream()
                .filter(setting -> !setting.component.isEmpty() || others.containsKey(setting.key))
                .flatMap(
                        setting -> setting
                                .write(setting.component.isEmpty() ? others.get(setting.key) : values[indexOf(setting)])
                                .stream())
                .toList();
    }

    /** {@return the settings as YAML} */
    String write(Object record, Map<String, Object> others) {
        List<String> entries = entries(record, others);
        return block ? "\n  " + String.join("\n  ", entries) : "{" + String.join(", ", entries) + "}";
    }

    /** Refuses numbers outside their limits: those that the constructor of the record is given, in its order. */
    void check(@Nullable Object... values) {
        for (Setting setting : settings) {
            if (!setting.component.isEmpty()) {
                String name = place + (place.endsWith(" ") ? setting.key + ": " : "." + setting.key);
                setting.allowed.require(name, values[indexOf(setting)]);
            }
        }
    }

    /** Refuses a record with numbers outside their limits. */
    void check(Record record) {
        check(values(record));
    }

    /** {@return the lines of the reference, below that of the section} */
    Stream<Line> reference(Line section) {
        return settings.stream().flatMap(setting -> setting.reference(section));
    }

    /** {@return the table as the form of a setting that is a section of its own} */
    Form<R> form() {
        return new Form<>(this::read, record -> write(record, Map.of()), "", this::reference);
    }
}

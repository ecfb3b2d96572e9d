package org.equipoise.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A command as the user would type it. */
final class CommandText {
    private final StringBuilder text = new StringBuilder(EquipoiseCommand.NAME);

    CommandText(Object... words) {
        words(List.of(words));
    }

    /** Adds words that are no options. */
    CommandText words(List<?> words) {
        words.forEach(word -> text.append(' ').append(quoted(word.toString())));
        return this;
    }

    /** Adds an option, unless it has no value. */
    CommandText with(String option, @Nullable Object value) {
        if (value != null) {
            text.append(' ').append(option).append(' ').append(quoted(value.toString()));
        }
        return this;
    }

    /** Adds an option with its values, commas between them, unless there are none. */
    CommandText with(String option, List<?> values) {
        String joined = values.stream().map(String::valueOf).collect(Collectors.joining(","));
        return with(option, values.isEmpty() ? null : (Object) joined);
    }

    /** Adds the options that say which network. */
    CommandText with(NetworkOptions network) {
        with("--preset", network.preset).with("--config", network.config);
        network.settings.forEach(setting -> with("--set", setting));
        return this;
    }

    private static String quoted(String word) {
        return word.matches("[\\w./=:@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

package org.equipoise.cli;

import org.jspecify.annotations.Nullable;

/** A command as the user would type it. */
final class CommandText {
    private final StringBuilder text = new StringBuilder(EquipoiseCommand.NAME);

    CommandText(Object... words) {
        for (Object word : words) {
            text.append(' ').append(quoted(word.toString()));
        }
    }

    /** Adds an option, unless it has no value. */
    CommandText with(String option, @Nullable Object value) {
        if (value != null) {
            text.append(' ').append(option).append(' ').append(quoted(value.toString()));
        }
        return this;
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

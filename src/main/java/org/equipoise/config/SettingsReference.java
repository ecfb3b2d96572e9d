package org.equipoise.config;

import java.util.List;
import java.util.stream.Stream;

/** All settings with their usual values, what may be set, and what that means, out of the tables by which they are read. */
public final class SettingsReference {
    private SettingsReference() {}

    /**
     * One setting.
     *
     * @param key its whole key, as {@code --set} takes it
     * @param when what must be chosen for it, as {@code neuron.kind: lif}, or nothing where it is a setting of every configuration
     */
    public record Line(String key, String usual, String allowed, String meaning, String when) {
        Line below(String name, String itsUsual, String itsAllowed, String itsMeaning) {
            return new Line(key + "." + name, itsUsual, itsAllowed, itsMeaning, when);
        }

        Line called(String other) {
            return new Line(other, usual, allowed, meaning, when);
        }

        Line when(String kind) {
            return new Line(key, usual, allowed, meaning, when.isEmpty() ? kind : when + ", " + kind);
        }
    }

    /** {@return the settings, in the order in which they are written} */
    public static List<Line> lines() {
        return Configuration.SECTIONS.entrySet().stream()
                .flatMap(section -> section.getValue()
                        .reference()
                        .apply(new Line(section.getKey(), "", "", "the kind of " + section.getKey(), "")))
                .toList();
    }

    /** {@return the settings as a table in Markdown} */
    public static String markdown() {
        Stream<String> rows = lines().stream()
                .map(line -> "| `" + line.key() + "` | " + line.usual() + " | " + line.allowed() + " | "
                        + (line.when().isEmpty() ? "" : "`" + line.when() + "`: ") + line.meaning() + " |\n");
        return "| setting | usual | allowed | meaning |\n|---|---|---|---|\n" + String.join("", rows.toList());
    }
}

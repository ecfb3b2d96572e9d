package org.equipoise.interop;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names out of foreign files, made fit for a message of one line. */
final class Quoted {
    private static final int LONGEST = 80;
    private static final int MAX = 8;

    private Quoted() {}

    /** {@return the name in quotes, shortened if it is long, its control characters replaced} */
    static String name(String name) {
        String shown = name.length() <= LONGEST ? name : name.substring(0, LONGEST) + "…";
        return "'" + shown.replaceAll("\\p{C}", "?") + "'";
    }

    /** {@return the first few names in quotes and how many more there are} */
    static String names(Collection<String> names) {
        if (names.isEmpty()) {
            return "nothing";
        }
        String shown = names.stream().limit(MAX).map(Quoted::name).collect(Collectors.joining(", "));
        return names.size() <= MAX ? shown : shown + " and " + (names.size() - MAX) + " more";
    }
}

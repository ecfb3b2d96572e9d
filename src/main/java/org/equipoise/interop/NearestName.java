package org.equipoise.interop;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class NearestName {
    private static final int LONGEST = 100;

    private NearestName() {}

    /**
     * @param wanted a name that does not exist
     * @param names names that do
     * @return the first of those that fewest edits away, if that is no more than a third of its letters
     */
    static Optional<String> of(String wanted, Collection<String> names) {
        Optional<String> nearest = Optional.empty();
        int fewest = Math.max(1, Math.min(wanted.length(), LONGEST) / 3) + 1;
        for (String name : names) {
            if (name.length() > LONGEST || wanted.length() > LONGEST) {
                continue;
            }
            int edits = edits(wanted, name);
            if (edits < fewest) {
                fewest = edits;
                nearest = Optional.of(name);
            }
        }
        return nearest;
    }

    /** Levenshtein's distance, one row at a time. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}

package org.equipoise.error;

import java.util.Collection;
import java.util.Comparator;

/** Finds what a mistyped word was probably meant to be. */
public final class Suggestion {
    private static final int FARTHEST = 3;

    /** Letters of the longest word that is compared: names out of foreign files may have any length. */
    private static final int LONGEST = 100;

    private Suggestion() {}

    /**
     * Words a suggestion as a part of a sentence.
     *
     * @param word the word given
     * @param known the words there are
     * @return {@code ", perhaps 'x' was meant"}, or nothing where no known word is near
     */
    public static String forWord(String word, Collection<String> known) {
        if (word.length() > LONGEST) {
            return "";
        }
        return known.stream()
                .filter(candidate -> candidate.length() <= LONGEST)
                .min(Comparator.comparingInt((String candidate) -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(nearest -> distance(word, nearest) <= Math.min(FARTHEST, Math.max(1, word.length() / 2)))
                .map(nearest -> ", perhaps '" + nearest + "' was meant")
                .orElse("");
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], previous[j]) + 1, previous[j - 1] + change);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}

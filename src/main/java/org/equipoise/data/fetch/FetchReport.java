package org.equipoise.data.fetch;

import java.util.List;

/**
 * What fetching did.
 *
 * @param source where the files came from, for people; empty when it was there already
 * @param fetched names of the files written, empty when it was there already
 */
public record FetchReport(String name, String where, String source, List<String> fetched, long bytes) {
    /** Keeps its own list. */
    public FetchReport {
        fetched = List.copyOf(fetched);
    }

    /** {@return whether the set was there, intact, and nothing was done} */
    public boolean alreadyPresent() {
        return fetched.isEmpty();
    }
}

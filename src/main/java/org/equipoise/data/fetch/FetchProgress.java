package org.equipoise.data.fetch;

/** Hears how fetching goes, on the thread that fetches. */
public interface FetchProgress {
    /** Hears and says nothing. */
    FetchProgress SILENT = step -> {};

    /** A step begins; the sentence says to people what is being done. */
    void step(String sentence);

    /**
     * Bytes of a download have arrived.
     *
     * @param total bytes there will be, or -1 if nobody said
     */
    default void bytes(String file, long done, long total) {}
}

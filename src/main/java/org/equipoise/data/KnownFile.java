package org.equipoise.data;

import java.util.List;

/**
 * One file of a data set.
 *
 * @param part what it holds, such as {@code train-images}
 * @param names every name the file is known by, most usual first
 * @param bytes size of its uncompressed content; -1 if it may have any
 * @param sha256 SHA-256 of its uncompressed content, in hexadecimal; empty if it is not known
 */
public record KnownFile(String part, List<String> names, long bytes, String sha256) {
    /** Keeps its own list. */
    public KnownFile {
        names = List.copyOf(names);
    }

    /** {@return its usual name, under which it is stored} */
    public String name() {
        return names.getFirst();
    }

    /** {@return whether its checksum is known} */
    boolean hasSha256() {
        return !sha256.isEmpty();
    }
}

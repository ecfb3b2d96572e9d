package org.equipoise.data;

import java.io.IOException;
import java.io.InputStream;

/** Somewhere the four IDX files of a data set may be. */
public sealed interface IdxPlace permits IdxFolder, BundledIdx {
    /** {@return the place for people} */
    String where();

    /**
     * @param part a file
     * @return whether it is there, under any of its names
     */
    boolean has(IdxPart part);

    /**
     * @param part a file
     * @return where it is for people, or would be under its usual name
     */
    String where(IdxPart part);

    /**
     * @param part a file that is there
     * @return a stream of it as it is, raw or gzipped
     * @throws IOException if it is not there or cannot be read
     */
    InputStream open(IdxPart part) throws IOException;

    /**
     * @param part a file
     * @return its content
     * @throws org.equipoise.error.BadInputException if it is not there or not readable as IDX
     */
    IdxArray read(IdxPart part);
}

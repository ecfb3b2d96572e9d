package org.equipoise.data.fetch;

import java.nio.file.Path;
import org.equipoise.data.KnownFile;

/**
 * A file a source delivered.
 *
 * @param known what it should be
 * @param path where it is, raw or gzipped and not yet checked
 */
public record Gathered(KnownFile known, Path path) {}

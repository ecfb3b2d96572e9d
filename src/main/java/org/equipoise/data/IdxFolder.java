package org.equipoise.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.equipoise.error.BadInputException;

/**
 * A folder of IDX files under their usual names.
 *
 * @param folder the folder
 */
public record IdxFolder(Path folder) implements IdxPlace {
    /**
     * @param part a file
     * @return its path under the first of its names that is there
     */
    public Optional<Path> find(IdxPart part) {
        return part.fileNames().stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /**
     * A quick look that reads nothing.
     *
     * @param known what a file should be
     * @return whether it is there with the right size, which of a gzipped file cannot be told and is taken for granted
     */
    public boolean mayBe(KnownFile known) {
        return find(known.part())
                .map(path -> path.toString().endsWith(".gz") || size(path) == known.bytes())
                .orElse(false);
    }

    @Override
    public String where() {
        return folder.toString();
    }

    @Override
    public boolean has(IdxPart part) {
        return find(part).isPresent();
    }

    @Override
    public String where(IdxPart part) {
        return find(part).orElseGet(() -> folder.resolve(part.fileName())).toString();
    }

    @Override
    public InputStream open(IdxPart part) throws IOException {
        return Files.newInputStream(Path.of(where(part)));
    }

    @Override
    public IdxArray read(IdxPart part) {
        return IdxReader.read(find(part)
                .orElseThrow(() -> new BadInputException("'" + folder + "' has no file " + part.fileName()
                        + ", raw or .gz; a folder with the four files of an IDX data set was expected.")));
    }

    private static long size(Path path) {
        try {
            return Files.size(path);
        } catch (IOException e) {
            return -1;
        }
    }
}

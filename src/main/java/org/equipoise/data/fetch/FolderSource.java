package org.equipoise.data.fetch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.equipoise.data.KnownFile;
import org.equipoise.error.BadInputException;

/**
 * A folder of this machine that the user names.
 *
 * @param folder the folder, holding the IDX files under their usual names, raw or gzipped
 */
public record FolderSource(Path folder) implements FetchSource {
    @Override
    public String title() {
        return "folder " + folder;
    }

    @Override
    public Map<KnownFile, Path> gather(List<KnownFile> wanted, FetchContext context) {
        if (!Files.isDirectory(folder)) {
            throw new BadInputException("There is no folder '" + folder
                    + "'; a folder with the four files of an IDX data set was expected.");
        }
        return FetchSource.in(
                folder,
                wanted,
                file -> new BadInputException(
                        "'" + folder + "' has no file " + file.name() + ", raw or .gz, which was expected."));
    }

    /** The user chose the files, so wrong ones are bad input. */
    @Override
    public RuntimeException refuse(String message) {
        return new BadInputException(message);
    }
}

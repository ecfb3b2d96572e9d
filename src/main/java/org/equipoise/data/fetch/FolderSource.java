package org.equipoise.data.fetch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.data.IdxFolder;
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
    public List<Gathered> gather(List<KnownFile> wanted, FetchContext bench) {
        if (!Files.isDirectory(folder)) {
            throw new BadInputException("There is no folder '" + folder
                    + "'; a folder with the four files of an IDX data set was expected.");
        }
        List<Gathered> files = new ArrayList<>();
        for (KnownFile file : wanted) {
            Path path = new IdxFolder(folder)
                    .find(file.part())
                    .orElseThrow(() -> new BadInputException("'" + folder + "' has no file "
                            + file.part().fileName() + ", raw or .gz, which was expected."));
            files.add(new Gathered(file, path));
        }
        return files;
    }

    /** The user chose the files, so wrong ones are bad input. */
    @Override
    public RuntimeException refuse(String message) {
        return new BadInputException(message);
    }
}

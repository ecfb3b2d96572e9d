package org.equipoise.data.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.error.WorkFailedException;

/** The package that a client left in a folder, whatever name it gave it. */
final class PackageFile {
    private PackageFile() {}

    static Path in(Path folder, String extension, String client) throws IOException {
        try (Stream<Path> listing = Files.list(folder)) {
            List<Path> packages =
                    listing.filter(path -> path.toString().endsWith(extension)).toList();
            if (packages.size() != 1) {
                throw new WorkFailedException(
                        client + " left " + packages.size() + " " + extension + " files; one was expected.");
            }
            return packages.getFirst();
        }
    }
}

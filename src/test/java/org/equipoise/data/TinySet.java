package org.equipoise.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A known data set of a few pixels, for tests of what is done with known sets. */
public final class TinySet {
    /** What the set is known to be. */
    public static final KnownDataset KNOWN = known();

    private TinySet() {}

    /**
     * @param part one of its files
     * @return the raw IDX file
     */
    public static byte[] raw(IdxPart part) {
        return IdxWriter.raw(content(part));
    }

    /**
     * @param part one of its files
     * @return the raw IDX file with its last value changed
     */
    public static byte[] changed(IdxPart part) {
        byte[] file = raw(part);
        file[file.length - 1] ^= 1;
        return file;
    }

    /**
     * Writes its four files.
     *
     * @param folder where to; made if it is not there
     * @param gzipped whether they are gzipped
     * @return the folder
     */
    public static Path write(Path folder, boolean gzipped) throws IOException {
        Files.createDirectories(folder);
        for (IdxPart part : IdxPart.values()) {
            if (gzipped) {
                Files.write(folder.resolve(part.fileName() + ".gz"), IdxWriter.gzip(raw(part)));
            } else {
                Files.write(folder.resolve(part.fileName()), raw(part));
            }
        }
        return folder;
    }

    private static IdxArray content(IdxPart part) {
        return switch (part) {
            case TRAIN_IMAGES -> new IdxArray(new int[] {3, 2, 1}, new byte[] {1, 2, 3, 4, 5, 6});
            case TRAIN_LABELS -> new IdxArray(new int[] {3}, new byte[] {0, 1, 1});
            case TEST_IMAGES -> new IdxArray(new int[] {2, 2, 1}, new byte[] {7, 8, 9, 10});
            case TEST_LABELS -> new IdxArray(new int[] {2}, new byte[] {1, 0});
        };
    }

    private static KnownDataset known() {
        return new KnownDataset(
                "tiny",
                "a few pixels",
                List.of("no", "yes"),
                "none",
                "a test",
                3,
                2,
                IdxFormat.IDX,
                List.of(file(IdxPart.TRAIN_IMAGES), file(IdxPart.TRAIN_LABELS)),
                List.of(file(IdxPart.TEST_IMAGES), file(IdxPart.TEST_LABELS)),
                new KnownDataset.DebianPackage("tiny", "data"));
    }

    /**
     * @param part one of its files
     * @return what the file is known to be
     */
    public static KnownFile file(IdxPart part) {
        return part.known(raw(part).length, content(part).fileSha256());
    }
}

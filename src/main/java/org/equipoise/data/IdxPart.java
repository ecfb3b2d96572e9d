package org.equipoise.data;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** One of the four IDX files that make a data set. */
public enum IdxPart {
    /** The images to learn from. */
    TRAIN_IMAGES("train-images", "qmnist-train-images", true),
    /** Their classes. */
    TRAIN_LABELS("train-labels", "qmnist-train-labels", false),
    /** The images to test with. */
    TEST_IMAGES("t10k-images", "qmnist-test-images", true),
    /** Their classes. */
    TEST_LABELS("t10k-labels", "qmnist-test-labels", false);

    private final String stem;
    private final String qmnist;
    private final boolean images;

    IdxPart(String stem, String qmnist, boolean images) {
        this.stem = stem;
        this.qmnist = qmnist;
        this.images = images;
    }

    /** {@return the usual name of the raw file, such as {@code train-images-idx3-ubyte}} */
    public String fileName() {
        return stem + (images ? "-idx3-ubyte" : "-idx1-ubyte");
    }

    /** {@return the file of any data set} */
    KnownFile any() {
        return known(-1, "");
    }

    /** {@return the file of a data set of which its size and checksum are known} */
    KnownFile known(long bytes, String sha256) {
        return new KnownFile(name().toLowerCase(Locale.ROOT).replace('_', '-'), fileNames(), bytes, sha256);
    }

    /** {@return every name the file is known by, most usual first: dashed or dotted, raw or {@code .gz}, grey or colour, QMNIST's} */
    private List<String> fileNames() {
        List<String> kinds =
                images ? List.of("idx3-ubyte", "idx4-ubyte") : List.of("idx1-ubyte", "idx2-int", "idx1-int");
        return Stream.of(stem, qmnist)
                .flatMap(name -> kinds.stream().flatMap(kind -> Stream.of(name + "-" + kind, name + "." + kind)))
                .flatMap(name -> List.of(name, name + ".gz").stream())
                .toList();
    }
}

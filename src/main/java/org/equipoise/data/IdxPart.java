package org.equipoise.data;

import java.util.List;

/** One of the four IDX files that make a data set. */
public enum IdxPart {
    /** The images to learn from. */
    TRAIN_IMAGES("train-images", true),
    /** Their classes. */
    TRAIN_LABELS("train-labels", false),
    /** The images to test with. */
    TEST_IMAGES("t10k-images", true),
    /** Their classes. */
    TEST_LABELS("t10k-labels", false);

    private final String stem;
    private final boolean images;

    IdxPart(String stem, boolean images) {
        this.stem = stem;
        this.images = images;
    }

    /** {@return the usual name of the raw file, such as {@code train-images-idx3-ubyte}} */
    public String fileName() {
        return stem + (images ? "-idx3-ubyte" : "-idx1-ubyte");
    }

    /** {@return every name the file is known by, most usual first: dashed or dotted, raw or {@code .gz}, grey or colour} */
    public List<String> fileNames() {
        List<String> kinds = images ? List.of("idx3", "idx4") : List.of("idx1");
        return kinds.stream()
                .flatMap(kind -> List.of(stem + "-" + kind + "-ubyte", stem + "." + kind + "-ubyte").stream())
                .flatMap(name -> List.of(name, name + ".gz").stream())
                .toList();
    }
}

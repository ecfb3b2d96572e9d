package org.equipoise.data;

import java.util.List;

/** How the files of a data set hold its images. */
public interface DatasetFormat {
    /**
     * Reads the training or the test images, which messages call by the name.
     *
     * @throws org.equipoise.error.BadInputException if a file is missing or is not what it should be
     */
    ImageSet read(String name, LocatedDataset from, List<KnownFile> files);

    /**
     * Looks into a file of the right size whose checksum is not known.
     *
     * @return what is wrong with it, such as {@code image 3 has the label 12}; empty if nothing is
     */
    default String problem(byte[] content, int classes) {
        return "";
    }
}

package org.equipoise.cli;

import org.equipoise.data.Catalogue;
import org.equipoise.data.Dataset;
import org.equipoise.training.DataSelection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which images. */
final class DataOptions {
    @Option(
            names = "--data",
            paramLabel = "NAME|DIR",
            description = "A data set that 'data list' knows, or a folder with the four files of an IDX data set or"
                    + " the binary files of CIFAR.")
    @Nullable
    String data;

    @Option(names = "--train-limit", paramLabel = "N", description = "Use the first N training images only.")
    @Nullable
    Integer trainLimit;

    @Option(names = "--test-limit", paramLabel = "N", description = "Use the first N test images only.")
    @Nullable
    Integer testLimit;

    /** {@return the images that were named, else the excerpt that is bundled} */
    Dataset open(Catalogue catalogue) {
        return open(DataSelection.all(DataSelection.DEFAULT), null, catalogue);
    }

    /** {@return the images that were named, else those given, with the last training images held out for tests if a number is given} */
    Dataset open(DataSelection otherwise, @Nullable Integer holdOut, Catalogue catalogue) {
        return otherwise.with(data, trainLimit, testLimit, holdOut).open(catalogue);
    }
}

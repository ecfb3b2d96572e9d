package org.equipoise.cli;

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

    @Option(
            names = "--train-limit",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Use the first N training images only.")
    @Nullable
    Integer trainLimit;

    @Option(
            names = "--test-limit",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Use the first N test images only.")
    @Nullable
    Integer testLimit;
}

package org.equipoise.cli;

import java.util.Map;
import org.equipoise.interop.nir.NirNode;
import org.equipoise.training.DataSelection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options of an export that is fitted to images and measured on others. */
final class NirOptions {
    private static final int DEFAULT_CALIBRATION = 500;
    private static final int DEFAULT_TEST = 1000;

    /** Reads a number of images, which may be none. */
    static final class Images implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            try {
                return Integer.valueOf(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text + "' is not an int");
            }
        }
    }

    @Option(
            names = "--pooling",
            paramLabel = "average|sum",
            description =
                    "nir: AvgPool2d nodes (the usual), or SumPool2d nodes after weights that are as much smaller, for"
                            + " readers without means.")
    NirNode.@Nullable Pooling pooling;

    @Option(
            names = "--calibrate",
            paramLabel = "N",
            converter = Images.class,
            description =
                    "nir: fit a gain and a bias for each channel on the first N training images, so that they make up for the"
                            + " connections backwards; 0 leaves weights and biases as they are (default: "
                            + DEFAULT_CALIBRATION
                            + ").")
    @Nullable
    Integer calibrate;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "nir: look at each test image for N steps (default: as many as the network's free phase).")
    @Nullable
    Integer steps;

    @Option(
            names = "--data",
            paramLabel = "NAME|DIR",
            description = "nir: the images to fit and to measure on (default: those that the model was trained on).")
    @Nullable
    String data;

    @Option(
            names = "--test-limit",
            paramLabel = "N",
            description = "nir: measure on the first N test images (default: " + DEFAULT_TEST + ").")
    @Nullable
    Integer testLimit;

    @Option(
            names = "--no-data",
            description = "nir: neither fit nor measure; the graph then says that nothing was measured.")
    boolean noData;

    @Option(names = "--quiet", description = "Do not tell how it goes.")
    boolean quiet;

    @Spec(Spec.Target.MIXEE)
    CommandSpec command = CommandSpec.create();

    /** Refuses options of one format for another, and ones that contradict each other. */
    void require(boolean nir) {
        boolean ofImages = calibrate != null || steps != null || data != null || testLimit != null;
        if (!nir && (pooling != null || ofImages || noData)) {
            throw new ParameterException(
                    command.commandLine(),
                    "--pooling, --calibrate, --steps, --data, --test-limit and --no-data belong to --format nir, and another"
                            + " format was given");
        }
        if (noData && ofImages) {
            throw new ParameterException(
                    command.commandLine(),
                    "--no-data was given together with options that say which images; one of the two was expected");
        }
        if (calibrate != null && calibrate < 0) {
            throw new ParameterException(
                    command.commandLine(), "--calibrate is " + calibrate + "; 0 or more images were expected");
        }
    }

    NirNode.Pooling pooling() {
        return pooling == null ? NirNode.Pooling.AVERAGE : pooling;
    }

    int calibrationImages() {
        return calibrate == null ? DEFAULT_CALIBRATION : calibrate;
    }

    /** {@return the images asked for, else those that a model was trained on, as it says} */
    DataSelection selection(Map<String, String> provenance) {
        return DataSelection.all(data != null ? data : provenance.getOrDefault("data", DataSelection.DEFAULT));
    }

    /** {@return how many test images to measure on, of those there are} */
    int testImages(int all) {
        return testLimit == null ? Math.min(DEFAULT_TEST, all) : testLimit;
    }
}

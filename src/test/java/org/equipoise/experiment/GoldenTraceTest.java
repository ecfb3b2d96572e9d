package org.equipoise.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.interop.NpyArray;
import org.equipoise.interop.NpyFile;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.Shape;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;
import org.equipoise.parallel.Workers;
import org.equipoise.training.Pictures;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** States of a network with weights on a grid of 2^-10, whose sums are exact, against values computed independently. */
@Tag("kernels")
class GoldenTraceTest {
    private static final List<String> OVERRIDES = List.of("phases.free=60", "phases.nudge=20", "phases.beta=0.5");

    private final Path folder = folder();
    private final Configuration configuration = ConfigurationReader.read(folder.resolve("net.yaml"), OVERRIDES);
    private final NpyArray images = NpyFile.read(folder.resolve("x.npy"));
    private final NpyArray targets = NpyFile.read(folder.resolve("y.npy"));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyTensorOfAllThreePhasesMatchesBitForBit(int threads) {
        try (SafetensorsFile expected = SafetensorsFile.open(folder.resolve("expected.safetensors"));
                SafetensorsFile found = trace(threads, images, targets)) {
            for (String name : expected.tensors().keySet()) {
                assertArrayEquals(expected.floats(name), found.floats(name), name);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void anImageSettlesAloneAsItDoesAmongOthers(int image) {
        try (SafetensorsFile expected = SafetensorsFile.open(folder.resolve("expected.safetensors"));
                SafetensorsFile found = trace(1, one(images, image), one(targets, image))) {
            for (String name : expected.tensors().keySet()) {
                float[] all = expected.floats(name);
                int size = all.length / 6;
                assertArrayEquals(Arrays.copyOfRange(all, image * size, (image + 1) * size), found.floats(name), name);
            }
        }
    }

    private SafetensorsFile trace(int threads, NpyArray input, NpyArray target) {
        Kernels kernels = KernelSelection.ofThisJvm().kernels();
        Ledger ledger = Ledger.unlimited();
        try (Workers workers = new Workers(threads)) {
            byte[] written = new Trace(configuration, kernels, ledger, workers, 0)
                    .run(
                            folder.resolve("model.safetensors"),
                            Pictures.of(input, configuration.network().input()),
                            target)
                    .toBytes();
            assertEquals(0, ledger.currentBytes(), "a trace gives back its memory");
            return SafetensorsFile.read(written, "trace");
        }
    }

    private static NpyArray one(NpyArray all, int image) {
        float[] values = all.floats();
        int size = values.length / (int) all.shape().size(0);
        long[] shape = all.shape().sizes().stream().mapToLong(Long::longValue).toArray();
        shape[0] = 1;
        return NpyArray.float32(Shape.of(shape), Arrays.copyOfRange(values, image * size, (image + 1) * size));
    }

    private static Path folder() {
        try {
            URL file = Objects.requireNonNull(GoldenTraceTest.class.getResource("/golden/mnist-small/net.yaml"));
            return Objects.requireNonNull(Path.of(file.toURI()).getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}

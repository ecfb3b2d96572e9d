package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.ParameterFile;
import org.equipoise.interop.SafetensorsWriter;
import org.equipoise.interop.Shape;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
    private static final Configuration CONFIGURATION =
            StripesRun.in(Path.of("")).configuration();

    @TempDir
    Path folder;

    private final Parameters parameters = Parameters.open(Topology.of(CONFIGURATION.network()), Ledger.unlimited());

    @AfterEach
    void close() {
        parameters.close();
    }

    /** The network's own parameters and one tensor more. */
    private ModelFile with(String... names) {
        SafetensorsWriter writer = new SafetensorsWriter();
        ParameterFile.add(parameters, writer);
        for (String name : names) {
            writer.add(name, Shape.of(1), new float[] {1});
        }
        writer.writeTo(folder.resolve("model.safetensors"));
        return new ModelFile(folder.resolve("model.safetensors"));
    }

    private String refused(ModelFile model) {
        return String.valueOf(assertThrows(BadInputException.class, () -> model.read(parameters))
                .getMessage());
    }

    @Test
    void whatIsWrittenIsReadWithItsSettings() {
        float[] biases = {0.5f, -1, 2};
        parameters.setBiases(1, biases);
        Path file = folder.resolve("model.safetensors");
        ModelFile.writeSafetensors(file, CONFIGURATION, parameters);
        parameters.setBiases(1, new float[3]);
        ModelFile model = ModelFile.at(file);
        model.read(parameters);
        assertArrayEquals(biases, parameters.biases(1));
        assertEquals(CONFIGURATION, model.configuration(List.of()));
        assertEquals(
                7, model.configuration(List.of("training.seed=7")).training().seed());
        assertEquals(Map.of(), model.provenance());
    }

    @Test
    void aFileOfAnotherProgramHasNoSettings() {
        ModelFile model = with();
        String message = String.valueOf(assertThrows(BadInputException.class, () -> model.configuration(List.of()))
                .getMessage());
        assertEquals(
                model.file()
                        + " holds parameters but not the settings of their network; --config or --preset was expected.",
                message);
    }

    @Test
    void aLayerThatTheNetworkHasNoPlaceForIsRefused() {
        assertEquals(
                folder.resolve("model.safetensors")
                        + " has a tensor 'layers.2.bias', which the network has no place for; layers.0 to layers.1 were"
                        + " expected.",
                refused(with("layers.2.weight", "layers.2.bias", "a")));
    }

    @Test
    void whatIsNoLayerIsLeftAlone() {
        parameters.setBiases(0, new float[] {1, 2, 3});
        ModelFile model = with("optimizer.layers.2.weight.velocity", "particles.l1");
        parameters.setBiases(0, new float[3]);
        model.read(parameters);
        assertArrayEquals(new float[] {1, 2, 3}, parameters.biases(0));
    }

    @Test
    void valuesThatAreNoFiniteNumbersAreRefused() {
        parameters.setBiases(1, new float[] {0, Float.NaN, 0});
        assertEquals(
                folder.resolve("model.safetensors")
                        + " has the value NaN in tensor 'layers.1.bias'; finite numbers were expected.",
                refused(with()));
        float[] weights = parameters.weights(0);
        weights[weights.length - 1] = Float.NEGATIVE_INFINITY;
        parameters.setWeights(0, weights);
        assertEquals(
                folder.resolve("model.safetensors")
                        + " has the value -Infinity in tensor 'layers.0.weight'; finite numbers were expected.",
                refused(with()));
    }
}

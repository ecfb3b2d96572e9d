package org.equipoise.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.error.BadInputException;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.junit.jupiter.api.Test;

/** Parameters under the names that other programs give them. */
class ParameterMappingTest {
    private static final Shape CONV1 = Shape.of(4, 1, 3, 3);
    private static final Shape CONV2 = Shape.of(4, 4, 3, 3);
    private static final Shape HIDDEN = Shape.of(16, 16);
    private static final Shape OUTPUT = Shape.of(3, 16);

    /** Two convolutions, two linear layers of one shape, and one of another. */
    private static final Topology NETWORK =
            Topology.of(ConfigurationReader.read("""
                    network: {input: [1, 6, 6], layers: [{conv: 4, kernel: 3}, {conv: 4, kernel: 3}, {linear: 16}, {linear: 16}, {linear: 3}]}
                    neuron: {kind: sigma-delta, epsilon: 0.2, lambda: 0.6}
                    phases: {free: 4, nudge: 2, beta: 0.9}
                    learning: {rates: [0.1, 0.1, 0.1, 0.1, 0.1]}
                    training: {batch: 7, epochs: 2, seed: 3}
                    """, "the test", List.of()).network());

    private final Map<String, Shape> tensors = new LinkedHashMap<>();

    private ParameterMappingTest weights(String... names) {
        Shape[] shapes = {CONV1, CONV2, Shape.of(16, 16), HIDDEN, OUTPUT};
        for (int l = 0; l < names.length; l++) {
            tensors.put(names[l] + ".weight", shapes[l]);
            tensors.put(names[l] + ".bias", Shape.of(shapes[l].size(0)));
        }
        return this;
    }

    /** Every tensor is filled with its number. */
    private SafetensorsFile file() {
        SafetensorsWriter writer = new SafetensorsWriter();
        int number = 0;
        for (Map.Entry<String, Shape> tensor : tensors.entrySet()) {
            float[] values = new float[(int) tensor.getValue().elements()];
            Arrays.fill(values, number++);
            writer.add(tensor.getKey(), tensor.getValue(), values);
        }
        return SafetensorsFile.read(writer.toBytes(), "theirs.safetensors");
    }

    private ParameterMapping map(String... chosen) {
        return ParameterMapping.of(file(), NETWORK, List.of(chosen));
    }

    private void assertMapped(ParameterMapping mapping, String... names) {
        for (int l = 0; l < names.length; l++) {
            assertEquals(names[l] + ".weight", mapping.tensors().get("layers." + l + ".weight"));
            assertEquals(names[l] + ".bias", mapping.tensors().get("layers." + l + ".bias"));
        }
        assertEquals(List.of(), mapping.zero());
    }

    @Test
    void ownNamesAreTakenAsTheyAre() {
        weights("layers.0", "layers.1", "layers.2", "layers.3", "layers.4");
        tensors.put("ema.layers.2.weight", HIDDEN);
        ParameterMapping mapping = map();
        assertTrue(mapping.keepsNames());
        assertEquals(List.of("ema.layers.2.weight"), mapping.unused());
    }

    @Test
    void prefixesAreNoMatter() {
        String[] names = {"module.layers.0", "module.layers.1", "module.layers.2", "module.layers.3", "module.layers.4"
        };
        ParameterMapping mapping = weights(names).map();
        assertMapped(mapping, names);
        assertFalse(mapping.keepsNames());
    }

    @Test
    void shapesTellAndNumbersTellTheOrder() {
        // As safetensors sorts them: by the text of their names.
        String[] names = {"module.0", "module.2", "module.5", "module.10", "module.12"};
        Map<String, Shape> sorted = new java.util.TreeMap<>(weights(names).tensors);
        tensors.clear();
        tensors.putAll(sorted);
        assertMapped(map(), names);
        tensors.clear();
        String[] named = {"model.conv1", "model.conv2", "model.fc1", "model.fc2", "model.head"};
        assertMapped(weights(named).map(), named);
    }

    @Test
    void whatHasNoBiasGetsZeros() {
        weights("conv1", "conv2", "fc1", "fc2", "fc");
        tensors.remove("fc.bias");
        tensors.remove("conv2.bias");
        tensors.put("bn.running_mean", Shape.of(4));
        ParameterMapping mapping = map();
        assertEquals(List.of("layers.1.bias", "layers.4.bias"), mapping.zero());
        assertEquals(List.of("bn.running_mean"), mapping.unused());
        List<String> lines = mapping.lines();
        assertEquals("layers.0.weight is 'conv1.weight'.", lines.getFirst());
        assertTrue(lines.contains("layers.1.bias is not in the file and is zero."), lines.toString());
        assertEquals("Not used: 'bn.running_mean'.", lines.getLast());
        try (Parameters parameters = Parameters.open(NETWORK, Ledger.unlimited())) {
            parameters.setBiases(1, new float[] {1, 2, 3, 4});
            mapping.read(file(), parameters);
            assertArrayEquals(new float[4], parameters.biases(1));
            float[] second =
                    new float[CONV2.sizes().stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b)];
            Arrays.fill(second, 2);
            assertArrayEquals(second, parameters.weights(1));
        }
    }

    @Test
    void usersSayWhatIsNotUnique() {
        weights("a", "b", "left", "right", "c");
        assertRefused(
                "has 'left.weight', 'right.weight' of the shape of layers.2.weight, and nothing says which is meant;"
                        + " --map layers.2.weight=TENSOR was expected.");
        assertMapped(map("layers.2=right"), "a", "b", "right", "left", "c");
        assertMapped(
                map("layers.3.weight=right.weight", "layers.2.weight=left.weight"), "a", "b", "left", "right", "c");
        ParameterMapping swapped = map("layers.2=right", "layers.0.bias=b.bias", "layers.1.bias=a.bias");
        assertEquals("b.bias", swapped.tensors().get("layers.0.bias"));
        assertEquals("a.bias", swapped.tensors().get("layers.1.bias"));
    }

    @Test
    void impossibleMappingsAreRefused() {
        weights("conv1", "conv2", "fc1", "fc2");
        tensors.put("fc3.weight", Shape.of(16, 3));
        assertRefused("has no tensor of shape [3, 16] for layers.4.weight; its weights are", "'fc3.weight' [16, 3]");
        tensors.remove("fc2.weight");
        assertRefused("has only 'fc1.weight' for layers.2.weight and layers.3.weight of shape [16, 16]");
        weights("conv1", "conv2", "fc1", "fc2", "fc3");
        tensors.put("ema.conv1.weight", CONV1);
        assertRefused("has 'conv1.weight', 'ema.conv1.weight' of the shape of layers.0.weight");
        assertMapped(map("layers.0=conv1"), "conv1", "conv2", "fc1", "fc2", "fc3");
        assertRefusal(() -> map("layers.0=conv2", "layers.0.weight=conv1.weight"), "gives layers.0.weight the tensors");
        assertRefusal(
                () -> map("layers.0=conv1", "layers.1=conv1"), "'conv1.weight' was given to layers.0.weight and to");
        assertRefusal(() -> map("conv1=layers.0"), "'conv1=layers.0' names no parameter", "layers.0 to layers.4");
        assertRefusal(() -> map("layers.0"), "PARAMETER=TENSOR was expected");
        assertRefusal(() -> map(""), "PARAMETER=TENSOR was expected");
        assertRefusal(() -> map("layers.0=conv"), "no tensor 'conv.weight'", "perhaps 'conv1.weight'");
        SafetensorsFile file = file();
        try (Parameters parameters = Parameters.open(NETWORK, Ledger.unlimited())) {
            ParameterMapping wrong = ParameterMapping.of(file, NETWORK, List.of("layers.0=conv2", "layers.1=conv1"));
            assertRefusal(() -> wrong.read(file, parameters), "'conv2.weight' of shape [4, 4, 3, 3]", "[4, 1, 3, 3]");
        }
    }

    @Test
    void twoPrefixesAreAmbiguous() {
        weights("model.layers.0", "model.layers.1", "model.layers.2", "model.layers.3", "model.layers.4");
        weights("ema.layers.0", "ema.layers.1", "ema.layers.2", "ema.layers.3", "ema.layers.4");
        assertRefused("'model.layers.0.weight', 'ema.layers.0.weight'");
    }

    @Test
    void picklesAreNamed() {
        for (byte[] start :
                List.of("PK\3\4".getBytes(StandardCharsets.ISO_8859_1), new byte[] {(byte) 0x80, 2, '}', 'q'})) {
            byte[] file = Arrays.copyOf(start, 100);
            file[7] = 1;
            assertRefusal(
                    () -> SafetensorsFile.read(file, "model.pt"), "model.pt is a pickle or zip file", "save_file");
        }
    }

    private void assertRefused(String... words) {
        assertRefusal(this::map, words);
    }

    private static void assertRefusal(org.junit.jupiter.api.function.Executable action, String... words) {
        String message =
                String.valueOf(assertThrows(BadInputException.class, action).getMessage());
        assertEquals(1, message.lines().count());
        for (String word : words) {
            assertTrue(message.contains(word), message);
        }
    }
}

package org.equipoise.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.equipoise.config.Algorithm.Backpropagation;
import org.equipoise.config.Algorithm.Reset;
import org.equipoise.config.Algorithm.Tape;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NeuronSettings;
import org.equipoise.config.Schedule;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.Surrogate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The gradients of PyTorch's autograd, kept from {@code bench/peers/bptt_gradients.py}. */
class AutogradTest {
    private static final NetworkSettings NETWORK =
            ConfigurationReader.read("""
                    network:
                      input: [2, 7, 6]
                      layers: [{conv: 3, kernel: 3, pool: avg2}, {conv: 4, kernel: 2, pad: 1}, {linear: 5}, {linear: 3}]
                      upsampling: 0.75
                    """, "test", List.of()).network();

    private static JsonNode golden() throws IOException {
        try (InputStream json = AutogradTest.class.getResourceAsStream("/golden/bptt-small/gradients.json")) {
            return new ObjectMapper().readTree(Objects.requireNonNull(json));
        }
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).floatValue();
        }
        return values;
    }

    private static float[][] arrays(JsonNode array) {
        float[][] values = new float[array.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats(array.get(i));
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rate",
                "rate, last 6 steps",
                "spiking",
                "spiking, reset detached",
                "spiking, fast sigmoid",
                "spiking, last 6 steps"
            })
    void gradientsAreThoseOfAutograd(String name) throws IOException {
        JsonNode golden = golden();
        JsonNode expected = golden.get("gradients").get(name);
        JsonNode settings = expected.get("case");
        BackpropagationCase given = new BackpropagationCase(
                NETWORK,
                arrays(golden.get("weights")),
                arrays(golden.get("biases")),
                arrays(golden.get("images")),
                arrays(golden.get("targets")));
        Surrogate surrogate = settings.has("surrogate")
                        && settings.get("surrogate").asString().equals("fast-sigmoid")
                ? new Surrogate.FastSigmoid(0.5f)
                : new Surrogate.Rectangular(0.5f);
        boolean detached = settings.has("detach") && settings.get("detach").asBoolean();
        int truncate = settings.has("truncate") ? settings.get("truncate").asInt() : Backpropagation.ALL;
        NeuronSettings neuron = settings.get("spiking").asBoolean()
                ? new NeuronSettings.SigmaDelta(Schedule.constant(0.3), Schedule.constant(0.6), 0.5f)
                : new NeuronSettings.Rate(Schedule.constant(0.3), Activation.CLIP);
        List<float[]> found = given.gradient(
                neuron,
                golden.get("steps").asInt(),
                new Backpropagation(truncate, Tape.FULL, surrogate, detached ? Reset.DETACHED : Reset.ATTACHED));
        double difference = 0;
        double norm = 0;
        for (int l = 0; l < given.weights().length; l++) {
            float[][] pairs = {
                floats(expected.get("weights").get(l)),
                floats(expected.get("biases").get(l))
            };
            for (int part = 0; part < 2; part++) {
                float[] array = found.get(2 * l + part);
                assertEquals(pairs[part].length, array.length);
                for (int i = 0; i < array.length; i++) {
                    difference += Math.pow(array[i] - pairs[part][i], 2);
                    norm += Math.pow(pairs[part][i], 2);
                    assertEquals(pairs[part][i], array[i], 1e-4 * Math.max(1, Math.abs(pairs[part][i])), name);
                }
            }
        }
        assertTrue(norm > 1);
        assertTrue(Math.sqrt(difference / norm) < 1e-5, "relative error " + Math.sqrt(difference / norm));
    }
}

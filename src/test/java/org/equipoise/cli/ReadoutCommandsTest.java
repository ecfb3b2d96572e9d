package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.equipoise.cli.CommandHarness.Outcome;
import org.equipoise.data.IdxReader;
import org.equipoise.interop.NpyArray;
import org.equipoise.interop.NpyFile;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.Shape;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands on a network of rate neurons with a softmax readout. */
class ReadoutCommandsTest {
    private static final int IMAGES = 4;
    private static final int CLASSES = 3;

    @TempDir
    static Path folder;

    private static CommandHarness bench;
    private static JsonNode trained;

    @BeforeAll
    static void train() {
        bench = CommandHarness.in(folder);
        Outcome outcome = bench.train(
                "--set",
                "neuron={kind: rate, epsilon: 0.5}",
                "--set",
                "learning={loss: cross-entropy, readout: softmax, rates: [0.01, 0.01, 0.01], optimizer: adam}",
                "--set",
                "phases={free: 30, nudge: 10, beta: 0.1}",
                "--out",
                bench.path("run"),
                "--epochs",
                3,
                "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        trained = JsonMapper.shared().readTree(outcome.out());
    }

    private static JsonNode json(Object... args) {
        Outcome outcome = bench.run(args);
        assertEquals(0, outcome.exitCode(), outcome.err());
        return JsonMapper.shared().readTree(outcome.out());
    }

    @Test
    void trainingHoldsThePredictedMemory() {
        assertEquals(trained.get("predictedOffHeapBytes"), trained.get("peakOffHeapBytes"));
        assertEquals(0, trained.get("firingRates").size());
    }

    @Test
    void evalAgreesWithTraining() throws IOException {
        JsonNode json = json("eval", "--model", bench.path("run"), "--json");
        assertEquals(trained.get("testErrorPercent"), json.get("errorPercent"));
        List<String> epochs = Files.readAllLines(bench.path("run/metrics.jsonl"));
        assertEquals(JsonMapper.shared().readTree(epochs.getLast()).get("testLoss"), json.get("loss"));
        assertTrue(Math.abs(json.get("loss").asDouble() - Math.log(CLASSES)) < 0.5, "a cross-entropy");
    }

    @Test
    void tracedLogitsAreWhatPredictPrintsAndTheirErrorIsTheReadoutsGradient() throws Exception {
        byte[] pixels =
                IdxReader.read(bench.path("data/t10k-images-idx3-ubyte")).values();
        float[] images = new float[IMAGES * 64];
        for (int i = 0; i < images.length; i++) {
            images[i] = Byte.toUnsignedInt(pixels[i]) / 255f;
        }
        float[] targets = new float[IMAGES * CLASSES];
        for (int i = 0; i < IMAGES; i++) {
            targets[i * CLASSES + i % CLASSES] = 1f;
        }
        NpyFile.write(bench.path("x.npy"), NpyArray.float32(Shape.of(IMAGES, 1, 8, 8), images));
        NpyFile.write(bench.path("y.npy"), NpyArray.float32(Shape.of(IMAGES, CLASSES), targets));
        Path out = bench.path("states.safetensors");
        json(
                "trace",
                "--model",
                bench.path("run"),
                "--input",
                bench.path("x.npy"),
                "--target",
                bench.path("y.npy"),
                "--out",
                out,
                "--json");
        JsonNode predictions = json("predict", "--model", bench.path("run"), bench.path("x.npy"), "--json")
                .get("predictions");
        try (SafetensorsFile states = SafetensorsFile.open(out)) {
            float[] logits = states.floats("free/logits", Shape.of(IMAGES, CLASSES));
            for (int i = 0; i < logits.length; i++) {
                float predicted = (float) predictions
                        .get(i / CLASSES)
                        .get("outputs")
                        .get(i % CLASSES)
                        .asDouble();
                assertEquals(predicted, logits[i]);
            }
            assertEquals(
                    Set.of("free/l1/s", "free/l2/s", "free/logits"),
                    Set.copyOf(states.tensors().keySet().stream()
                            .filter(name -> name.startsWith("free"))
                            .toList()));
            float[] gradient = states.floats("grad/layers.2.weight", Shape.of(CLASSES, 6));
            double[] expected = new double[gradient.length];
            addGradient(states, "plus", targets, expected);
            addGradient(states, "minus", targets, expected);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], gradient[i], 1e-5, "weight " + i);
            }
        }
    }

    /** Half the mean over the images of (softmax(z) − y) ⊗ s at the end of a phase. */
    private static void addGradient(SafetensorsFile states, String phase, float[] y, double[] gradient) {
        float[] s = states.floats(phase + "/l2/s");
        float[] z = states.floats(phase + "/logits");
        int units = s.length / IMAGES;
        for (int image = 0; image < IMAGES; image++) {
            double sum = 0;
            for (int c = 0; c < CLASSES; c++) {
                sum += Math.exp(z[image * CLASSES + c]);
            }
            for (int c = 0; c < CLASSES; c++) {
                double error = Math.exp(z[image * CLASSES + c]) / sum - y[image * CLASSES + c];
                for (int i = 0; i < units; i++) {
                    gradient[c * units + i] += error * s[image * units + i] / (2 * IMAGES);
                }
            }
        }
    }

    @Test
    void exportAndImportKeepEveryBit() {
        Path exported = bench.path("exported.safetensors");
        Path imported = bench.path("imported.safetensors");
        json("export", "--model", bench.path("run"), "--out", exported, "--json");
        bench.write(
                "net2.yaml",
                bench.run("config", "show", "--config", bench.path("run/config.yaml"))
                        .out());
        json("import", "--model", exported, "--config", bench.path("net2.yaml"), "--out", imported, "--json");
        try (SafetensorsFile model = SafetensorsFile.open(bench.path("run/last.safetensors"));
                SafetensorsFile found = SafetensorsFile.open(imported)) {
            assertEquals(6, found.tensors().size());
            for (String name : found.tensors().keySet()) {
                assertArrayEquals(model.bytes(name), found.bytes(name), name);
            }
        }
        JsonNode json = json("eval", "--model", imported, "--data", bench.path("data"), "--json");
        assertEquals(trained.get("testErrorPercent"), json.get("errorPercent"));
    }

    @Test
    void aDryRunNamesTheReadout() {
        JsonNode layers = json(
                        "train",
                        "--config",
                        bench.path("run/config.yaml"),
                        "--data",
                        bench.path("data"),
                        "--dry-run",
                        "--no-estimate",
                        "--json")
                .get("layers");
        assertEquals("linear", layers.get(1).get("kind").asString());
        assertEquals("readout", layers.get(2).get("kind").asString());
        assertEquals(21, layers.get(2).get("parameters").asInt());
    }
}

package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.equipoise.cli.CommandHarness.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GradcheckCommandTest {
    private static final String SOFTMAX = "learning={rates: [1, 1, 1], loss: cross-entropy, readout: softmax}";

    @TempDir
    Path folder;

    private CommandHarness bench;

    @BeforeEach
    void files() {
        bench = CommandHarness.in(folder);
    }

    private Outcome gradcheck(Object... more) {
        Stream<Object> first = Stream.of(
                "gradcheck",
                "--config",
                bench.path("net.yaml"),
                "--data",
                bench.path("data"),
                "--out",
                bench.path("out"));
        return bench.run(Stream.concat(first, Stream.of(more)).toArray());
    }

    @Test
    void anExactNetworkPassesAndLeavesFiveFiles() throws Exception {
        Outcome outcome = gradcheck(
                "--set",
                "network.upsampling=exact",
                "--set",
                SOFTMAX,
                "--free",
                150,
                "--nudge",
                40,
                "--images",
                9,
                "--seed",
                11,
                "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals(1, outcome.out().lines().count());
        JsonNode json = JsonMapper.shared().readTree(outcome.out());
        assertTrue(json.get("passed").asBoolean());
        assertEquals(150, json.get("free").asInt());
        assertEquals(40, json.get("nudge").asInt());
        assertEquals(9, json.get("images").asInt());
        assertEquals(3, json.get("layers").size());
        for (JsonNode layer : json.get("layers")) {
            for (JsonNode agreement : new JsonNode[] {layer, layer.get("bias")}) {
                assertTrue(agreement.get("cosine").asDouble() > 0.999, layer.toString());
                assertEquals(1, agreement.get("normRatio").asDouble(), 0.04);
                assertTrue(agreement.get("relativeRmse").asDouble() < 0.5, layer.toString());
                assertTrue(agreement.get("signErrorPercent").asDouble() < 5, layer.toString());
            }
        }
        assertEquals("max", json.get("spiking").get(1).get("pooling").asString());
        assertEquals(3, json.get("spiking").get(1).get("layers").size());
        assertEquals(
                json.get("predictedOffHeapBytes").asLong(),
                json.get("peakOffHeapBytes").asLong());
        assertEquals(
                outcome.out().strip(),
                Files.readString(bench.path("out/gradcheck.json")).strip());
        assertEquals(
                1 + 3 * 3 * 2,
                Files.readAllLines(bench.path("out/gradcheck.csv")).size());
        String page = Files.readString(bench.path("out/gradcheck.md"));
        assertTrue(page.contains("--free 150 --nudge 40 --seed 11 --images 9 --beta 0.005 --tolerance 0.001`"), page);
        assertTrue(ImageIO.read(bench.path("out/gradcheck.png").toFile()).getWidth() > 100);
        assertTrue(
                ImageIO.read(bench.path("out/gradcheck-spiking.png").toFile()).getWidth() > 100);
    }

    /** The gain of this network's upsampling is not that of the adjoint. */
    @Test
    void gradientsThatDifferEndWithOneAndAreWrittenAllTheSame() throws Exception {
        Outcome outcome = gradcheck(
                "--set",
                "network.layers=[{conv: 4, kernel: 3, pool: avg2}, {conv: 4, kernel: 2, pool: avg2}, {linear: 3}]",
                "--set",
                "neuron={kind: rate, epsilon: 0.5}",
                "--free",
                60,
                "--nudge",
                20,
                "--images",
                4,
                "--quiet");
        assertEquals(1, outcome.exitCode(), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.err().startsWith("The gradients of layer 0 (conv 4, weights) differ"), outcome.err());
        assertTrue(outcome.out().contains("| 0, conv 4 | weights |"), outcome.out());
        assertTrue(Files.exists(bench.path("out/gradcheck.png")));
        assertFalse(Files.exists(bench.path("out/gradcheck-spiking.png")));
    }

    @Test
    void trainedParametersAreTaken() {
        assertEquals(0, bench.train("--out", bench.path("run"), "--epochs", 1).exitCode());
        Outcome outcome = bench.run(
                "gradcheck",
                "--model",
                bench.path("run"),
                "--data",
                bench.path("data"),
                "--out",
                bench.path("out"),
                "--images",
                4,
                "--tolerance",
                0.9,
                "--json",
                "--set",
                "network.upsampling=exact",
                "--free",
                100);
        assertEquals(0, outcome.exitCode(), outcome.err());
    }

    @ParameterizedTest
    @CsvSource({
        "--images, 61, between 1 and 60",
        "--images, few, 'few'",
        "--beta, 0, above 0",
        "--beta, some, some",
        "--tolerance, 2, between 0 and 1",
        "--nudge, 0, at least 1",
        "--model, nowhere.safetensors, nowhere.safetensors",
        "--data, nowhere, nowhere",
        "--out, net.yaml/out, net.yaml",
    })
    void badInputIsNamed(String option, String value, String named) {
        Outcome outcome = option.equals("--out") || option.equals("--data")
                ? bench.run(
                        "gradcheck",
                        "--config",
                        bench.path("net.yaml"),
                        "--data",
                        option.equals("--data") ? value : bench.path("data"),
                        "--out",
                        option.equals("--out") ? bench.path(value) : bench.path("out"))
                : gradcheck(option, value);
        assertEquals(2, outcome.exitCode(), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.err().contains(named), outcome.err());
    }

    @Test
    void moreMemoryThanAllowedEndsWithThree() {
        Outcome outcome = gradcheck("--max-memory", "2kB");
        assertEquals(3, outcome.exitCode(), outcome.err());
        assertFalse(Files.exists(bench.path("out/gradcheck.csv")));
    }
}

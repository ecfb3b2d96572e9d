package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.cli.CommandHarness.Outcome;
import org.equipoise.interop.nir.NirFile;
import org.equipoise.interop.nir.NirGraph;
import org.equipoise.interop.nir.NirNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The export of the feed-forward part to NIR. */
class NirExportTest {
    @TempDir
    static Path folder;

    private static CommandHarness bench = new CommandHarness(Path.of(""));

    @BeforeAll
    static void train() {
        bench = CommandHarness.in(folder);
        assertEquals(0, bench.train("--out", bench.path("run"), "--quiet").exitCode());
    }

    @Test
    void theGraphSaysThatItIsAnApproximationAndHowMuchWorse() {
        JsonNode report = export("a.nir");
        NirGraph graph = NirFile.read(bench.path("a.nir"));
        assertEquals(
                List.of(
                        "input",
                        "conv_1",
                        "pool_1",
                        "neurons_1",
                        "flatten_2",
                        "linear_2",
                        "neurons_2",
                        "linear_3",
                        "neurons_3",
                        "output"),
                List.copyOf(graph.nodes().keySet()));
        assertEquals(10, report.get("nodes").asInt());
        assertTrue(graph.metadata().get("approximation").contains("feed-forward"));
        assertEquals("spikes", graph.metadata().get("input"));
        assertEquals(
                Double.parseDouble(graph.metadata().get("exported_error_percent")),
                report.get("exportedErrorPercent").asDouble(),
                0.005);
        JsonNode original = json("eval", "--model", bench.path("run"), "--data", bench.path("data"), "--json");
        assertEquals(
                original.get("errorPercent").asDouble(),
                report.get("errorPercent").asDouble());
        assertEquals(CommandHarness.TEST_IMAGES, report.get("testImages").asInt());
        assertEquals(
                CommandHarness.TRAIN_IMAGES, report.get("calibrationImages").asInt());
    }

    @Test
    void weightsAreThoseOfTheNetworkUnlessTheyAreCalibrated() {
        export("plain.nir", "--calibrate", "0");
        export("fitted.nir", "--calibrate", "40");
        assertEquals(
                0,
                bench.run("export", "--model", bench.path("run"), "--out", bench.path("m.safetensors"))
                        .exitCode());
        assertEquals(
                0,
                bench.run(
                                "export",
                                "--model",
                                bench.path("m.safetensors"),
                                "--format",
                                "nir",
                                "--no-data",
                                "--out",
                                bench.path("unseen.nir"))
                        .exitCode());
        NirNode.Conv2d plain = convolution("plain.nir");
        NirNode.Conv2d fitted = convolution("fitted.nir");
        assertArrayEquals(
                convolution("unseen.nir").weight().values(), plain.weight().values());
        boolean changed = false;
        for (int i = 0; i < plain.weight().values().length; i++) {
            int first = i / 9 * 9;
            float gain = fitted.weight().values()[first] / plain.weight().values()[first];
            assertEquals(gain * plain.weight().values()[i], fitted.weight().values()[i], 1e-4f);
            changed |= gain != 1f;
        }
        assertTrue(changed);
        assertEquals(
                "not measured",
                NirFile.read(bench.path("unseen.nir")).metadata().get("accuracy"));
    }

    @Test
    void sumsGiveTheSameNetworkAsMeans() {
        JsonNode means = export("means.nir", "--calibrate", "30");
        JsonNode sums = export("sums.nir", "--calibrate", "30", "--pooling", "sum");
        assertEquals(
                new NirNode.Pool2d(NirNode.Pooling.SUM, 2),
                NirFile.read(bench.path("sums.nir")).nodes().get("pool_1"));
        assertEquals(
                means.get("exportedErrorPercent").asDouble(),
                sums.get("exportedErrorPercent").asDouble());
        assertEquals(
                convolution("means.nir").weight().values()[3] / 4,
                convolution("sums.nir").weight().values()[3]);
    }

    @Test
    void withoutConnectionsBackwardsNothingIsLost() {
        Path run = bench.path("flat");
        bench.write(
                "flat.yaml",
                CommandHarness.NETWORK
                        .replaceFirst("layers: \\[.*?\\}\\]", "layers: [{linear: 3}]")
                        .replace("[0.2, 0.1, 0.1]", "[0.2]"));
        assertEquals(
                0,
                bench.run(
                                "train",
                                "--config",
                                bench.path("flat.yaml"),
                                "--data",
                                bench.path("data"),
                                "--out",
                                run,
                                "--quiet")
                        .exitCode());
        JsonNode report = json(
                "export",
                "--model",
                run,
                "--format",
                "nir",
                "--out",
                bench.path("flat.nir"),
                "--steps",
                "400",
                "--calibrate",
                "0",
                "--json");
        assertEquals(
                report.get("errorPercent").asDouble(),
                report.get("exportedErrorPercent").asDouble(),
                7);
    }

    @Test
    void aSoftmaxReadoutIsAnAffineNodeWithoutNeurons() {
        Path run = bench.path("softmax");
        assertEquals(
                0,
                bench.train(
                                "--set",
                                "neuron={kind: rate, epsilon: 1, activation: half-clip}",
                                "--set",
                                "learning.loss=cross-entropy",
                                "--set",
                                "learning.readout=softmax",
                                "--out",
                                run,
                                "--quiet")
                        .exitCode());
        json("export", "--model", run, "--format", "nir", "--out", bench.path("softmax.nir"), "--json");
        NirGraph graph = NirFile.read(bench.path("softmax.nir"));
        assertFalse(graph.nodes().containsKey("neurons_3"));
        assertEquals(
                2f,
                ((NirNode.IntegrateAndFire) graph.nodes().get("neurons_1"))
                        .threshold()
                        .values()[0]);
        assertEquals("values", graph.metadata().get("input"));
    }

    @Test
    void whatNoNodeStandsForIsRefused() {
        Outcome outcome = bench.run(
                "export",
                "--model",
                bench.path("run"),
                "--config",
                bench.path("net.yaml"),
                "--set",
                "network.layers=[{conv: 4, kernel: 3, pool: max2}, {linear: 6}, {linear: 3}]",
                "--format",
                "nir",
                "--data",
                bench.path("data"),
                "--out",
                bench.path("max.nir"));
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.err().contains("max2"), outcome.err());
        assertFalse(Files.exists(bench.path("max.nir")));
    }

    /** h5py, where there is one, by the rules of the reference reader. */
    @Test
    void pythonReadsTheFile() throws Exception {
        Optional<String> python = python();
        assumeTrue(python.isPresent(), "no Python with h5py in the PATH, so that Java alone reads the file");
        export("p.nir", "--calibrate", "0");
        export("q.nir", "--pooling", "sum");
        Process process = new ProcessBuilder(
                        python.get(),
                        "src/test/nir/check.py",
                        bench.path("p.nir").toString(),
                        bench.path("q.nir").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertTrue(said.contains("Conv2d [4, 6, 6] -> AvgPool2d [4, 3, 3] -> IF [4, 3, 3] -> Flatten [36]"), said);
    }

    private static Optional<String> python() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(place -> Path.of(place, "python3"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .filter(NirExportTest::hasH5py)
                .findFirst();
    }

    private static boolean hasH5py(String python) {
        try {
            return new ProcessBuilder(python, "-c", "import h5py")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static NirNode.Conv2d convolution(String name) {
        return (NirNode.Conv2d) NirFile.read(bench.path(name)).nodes().get("conv_1");
    }

    private static JsonNode export(String name, Object... more) {
        Object[] args = {"export", "--model", bench.path("run"), "--format", "nir", "--out", bench.path(name), "--json"
        };
        return json(Stream.concat(Stream.of(args), Stream.of(more)).toArray());
    }

    private static JsonNode json(Object... args) {
        Outcome outcome = bench.run(args);
        assertEquals(0, outcome.exitCode(), outcome.err());
        return new ObjectMapper().readTree(outcome.out());
    }
}

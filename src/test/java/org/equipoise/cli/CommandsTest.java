package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.equipoise.cli.CommandHarness.Outcome;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.Presets;
import org.equipoise.data.IdxReader;
import org.equipoise.interop.NpyArray;
import org.equipoise.interop.NpyFile;
import org.equipoise.interop.NpzFile;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.SafetensorsWriter;
import org.equipoise.interop.Shape;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every command but {@code train}, on a tiny trained network. */
class CommandsTest {
    @TempDir
    static Path folder;

    private static CommandHarness bench;

    @BeforeAll
    static void train() {
        bench = CommandHarness.in(folder);
        Outcome outcome = bench.train("--out", bench.path("run"), "--epochs", 4, "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        bench.write("result.json", outcome.out());
    }

    private static JsonNode json(Object... args) {
        Outcome outcome = bench.run(args);
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals(1, outcome.out().lines().count(), outcome.out());
        return JsonMapper.shared().readTree(outcome.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "train",
                "eval",
                "predict",
                "trace",
                "report",
                "compare",
                "data",
                "data list",
                "data fetch",
                "data verify",
                "export",
                "import",
                "config",
                "config show",
                "config keys",
                "bench",
                "gradcheck",
                "memory",
                "info",
                "completion"
            })
    void everyCommandHasHelpWithAnExampleAndAVersion(String command) {
        Object[] words = command.isEmpty() ? new Object[0] : command.split(" ");
        Outcome help = bench.run(IntStream.rangeClosed(0, words.length)
                .mapToObj(i -> i < words.length ? words[i] : "--help")
                .toArray());
        assertEquals(0, help.exitCode(), help.err());
        assertTrue(help.out().startsWith("Usage: ./equipoise"), help.out());
        assertTrue(help.out().contains("Example"), help.out());
        assertTrue(help.out().contains("  ./equipoise " + command), help.out());
        Outcome version = bench.run(IntStream.rangeClosed(0, words.length)
                .mapToObj(i -> i < words.length ? words[i] : "--version")
                .toArray());
        assertTrue(version.out().matches("Equipoise \\S+ \\(commit \\w+.*\\)\\R"), version.out());
    }

    @Test
    void aloneTheProgramShowsItsCommands() {
        Outcome outcome = bench.run();
        assertEquals(0, outcome.exitCode());
        assertTrue(outcome.out().contains("Commands:"), outcome.out());
    }

    @Test
    void evalOfTheLastCheckpointGivesTheErrorThatTrainingEndedWith() throws Exception {
        JsonNode trained = JsonMapper.shared().readTree(Files.readString(bench.path("result.json")));
        JsonNode json = json("eval", "--model", bench.path("run"), "--json");
        assertEquals(trained.get("testErrorPercent"), json.get("errorPercent"));
        assertEquals(30, json.get("samples").asInt());
        assertEquals(3, json.get("confusion").size());
        int right = 0;
        int all = 0;
        for (int c = 0; c < 3; c++) {
            right += json.get("confusion").get(c).get(c).asInt();
            for (JsonNode count : json.get("confusion").get(c)) {
                all += count.asInt();
            }
        }
        assertEquals(30, all);
        assertEquals(json.get("errorPercent").asDouble(), 100.0 * (30 - right) / 30, 1e-9);
    }

    @Test
    void evalTakesEitherSplitAndPartOfIt() {
        Path model = bench.path("run/best.safetensors");
        assertEquals(
                60,
                json("eval", "--model", model, "--split", "train", "--json")
                        .get("samples")
                        .asInt());
        JsonNode part = json("eval", "--model", model, "--split", "train", "--train-limit", 11, "--json");
        assertEquals(11, part.get("samples").asInt());
        assertEquals(
                7,
                json("eval", "--model", model, "--test-limit", 7, "--json")
                        .get("samples")
                        .asInt());
        assertEquals(
                13,
                json("eval", "--model", model, "--hold-out", 13, "--json")
                        .get("samples")
                        .asInt());
        Outcome people = bench.run("eval", "--model", model, "--threads", 1);
        assertTrue(people.out().startsWith("Error "), people.out());
    }

    @Test
    void evalOverTheBudgetEndsWithThree() {
        Outcome outcome = bench.run("eval", "--model", bench.path("run"), "--max-memory", "2kB");
        assertEquals(3, outcome.exitCode(), outcome.err());
        assertEquals(1, outcome.err().lines().count());
    }

    @Test
    void predictAgreesOnTheSameImagesInEveryFormat() throws Exception {
        byte[] pixels =
                IdxReader.read(bench.path("data/t10k-images-idx3-ubyte")).values();
        float[] floats = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            floats[i] = Byte.toUnsignedInt(pixels[i]) / 255f;
        }
        NpyFile.write(bench.path("floats.npy"), NpyArray.float32(Shape.of(30, 1, 8, 8), floats));
        NpyFile.write(bench.path("bytes.npy"), NpyArray.uint8(Shape.of(30, 8, 8), pixels));
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
        for (int p = 0; p < 64; p++) {
            image.getRaster().setSample(p % 8, p / 8, 0, Byte.toUnsignedInt(pixels[5 * 64 + p]));
        }
        ImageIO.write(image, "png", bench.path("five.png").toFile());

        JsonNode predictions = json(
                        "predict",
                        "--model",
                        bench.path("run"),
                        bench.path("data/t10k-images-idx3-ubyte"),
                        bench.path("floats.npy"),
                        bench.path("bytes.npy"),
                        bench.path("five.png"),
                        "--json")
                .get("predictions");
        assertEquals(91, predictions.size());
        for (int i = 0; i < 30; i++) {
            assertEquals(i, predictions.get(i).get("index").asInt());
            assertEquals(
                    predictions.get(i).get("outputs"), predictions.get(30 + i).get("outputs"));
            assertEquals(
                    predictions.get(i).get("outputs"), predictions.get(60 + i).get("outputs"));
        }
        JsonNode five = predictions.get(90);
        assertEquals(List.of("file", "index", "class", "outputs"), List.copyOf(five.propertyNames()));
        assertEquals(bench.path("five.png").toString(), five.get("file").asString());
        assertEquals(predictions.get(5).get("outputs"), five.get("outputs"));
        assertEquals(3, five.get("outputs").size());
        Outcome people = bench.run("predict", "--model", bench.path("run"), bench.path("five.png"));
        assertTrue(
                people.out().contains("five.png 0: class " + five.get("class").asInt()), people.out());

        List<Path> states = new ArrayList<>();
        for (String images : List.of("floats.npy", "bytes.npy", "data/t10k-images-idx3-ubyte")) {
            Path out = bench.path(images.replace('/', '-') + ".states");
            Outcome traced =
                    bench.run("trace", "--model", bench.path("run"), "--input", bench.path(images), "--out", out);
            assertEquals(0, traced.exitCode(), traced.err());
            states.add(out);
        }
        for (Path other : states) {
            assertEquals(-1, Files.mismatch(states.getFirst(), other), other + " holds scaled pixels");
        }
    }

    @Test
    void traceWritesTheGoldenStates() throws Exception {
        Path golden = Path.of(Objects.requireNonNull(CommandsTest.class.getResource("/golden/mnist-small/net.yaml"))
                        .toURI())
                .getParent();
        Path out = bench.path("states.safetensors");
        Outcome outcome = bench.run(
                "trace",
                "--model",
                golden.resolve("model.safetensors"),
                "--config",
                golden.resolve("net.yaml"),
                "--input",
                golden.resolve("x.npy"),
                "--target",
                golden.resolve("y.npy"),
                "--free",
                60,
                "--nudge",
                20,
                "--beta",
                0.5,
                "--out",
                out);
        assertEquals(0, outcome.exitCode(), outcome.err());
        try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"));
                SafetensorsFile found = SafetensorsFile.open(out)) {
            for (String name : expected.tensors().keySet()) {
                assertArrayEquals(expected.floats(name), found.floats(name), name);
            }
            assertTrue(found.tensors().containsKey("grad/layers.0.weight"));
        }
    }

    @Test
    void traceOverTheBudgetWritesNothing() {
        NpyFile.write(bench.path("one.npy"), NpyArray.float32(Shape.of(1, 1, 8, 8), new float[64]));
        Path out = bench.path("never.safetensors");
        Outcome outcome = bench.run(
                "trace",
                "--model",
                bench.path("run"),
                "--input",
                bench.path("one.npy"),
                "--out",
                out,
                "--max-memory",
                "3kB");
        assertEquals(3, outcome.exitCode(), outcome.err());
        assertTrue(Files.notExists(out));
    }

    @Test
    void importTellsTensorsOfOtherNamesByShape() {
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile model = SafetensorsFile.open(bench.path("run/last.safetensors"))) {
            for (int l = 0; l < 3; l++) {
                Shape shape = model.tensor("layers." + l + ".weight").shape();
                writer.add("module." + 2 * l + ".weight", shape, model.floats("layers." + l + ".weight"));
            }
        }
        writer.writeTo(bench.path("torch.safetensors"));
        Object[] args = {
            "import",
            "--model",
            bench.path("torch.safetensors"),
            "--config",
            bench.path("net.yaml"),
            "--out",
            bench.path("torchs.safetensors")
        };
        Outcome outcome = bench.run(args);
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().startsWith("layers.0.weight is 'module.0.weight'."), outcome.out());
        assertTrue(outcome.out().contains("layers.2.bias is not in the file and is zero."), outcome.out());
        Object[] asJson = Arrays.copyOf(args, args.length + 3);
        asJson[args.length] = "--map";
        asJson[args.length + 1] = "layers.1=module.2";
        asJson[args.length + 2] = "--json";
        JsonNode report = json(asJson);
        assertEquals(
                "module.4.weight", report.get("mapping").get("layers.2.weight").asString());
        assertEquals(3, report.get("zero").size());
        assertEquals(0, report.get("unused").size());
    }

    @Test
    void exportAndImportKeepEveryBit() {
        Path exported = bench.path("exported.safetensors");
        Path archive = bench.path("exported.npz");
        Path imported = bench.path("imported.safetensors");
        json("export", "--model", bench.path("run"), "--format", "safetensors", "--out", exported, "--json");
        json("export", "--model", bench.path("run"), "--format", "npz", "--out", archive, "--json");
        json("import", "--model", exported, "--config", bench.path("net.yaml"), "--out", imported, "--json");
        try (SafetensorsFile model = SafetensorsFile.open(bench.path("run/last.safetensors"));
                SafetensorsFile one = SafetensorsFile.open(exported);
                SafetensorsFile two = SafetensorsFile.open(imported)) {
            assertEquals(6, one.tensors().size());
            for (String name : one.tensors().keySet()) {
                assertArrayEquals(model.bytes(name), one.bytes(name), name);
                assertArrayEquals(model.bytes(name), two.bytes(name), name);
                assertArrayEquals(
                        model.floats(name), NpzFile.read(archive).get(name).floats(), name);
            }
        }
        Outcome outcome = bench.run("eval", "--model", imported, "--data", bench.path("data"));
        assertEquals(0, outcome.exitCode(), outcome.err());
    }

    @Test
    void halfTheBytesHoldTheParametersRounded() {
        Path exported = bench.path("half.safetensors");
        json("export", bench.path("run"), "--float16", "--out", exported, "--json");
        try (SafetensorsFile model = SafetensorsFile.open(bench.path("run/last.safetensors"));
                SafetensorsFile half = SafetensorsFile.open(exported)) {
            for (String name : half.tensors().keySet()) {
                float[] values = model.floats(name);
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
                }
                assertArrayEquals(values, half.floats(name), name);
                assertEquals(2L * values.length, half.bytes(name).length, name);
            }
        }
        assertEquals(
                0, bench.run("eval", exported, "--data", bench.path("data")).exitCode());
        Outcome refused =
                bench.run("export", bench.path("run"), "--float16", "--format", "npz", "--out", bench.path("half.npz"));
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("--format safetensors was expected"), refused.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quick",
                "paper-mnist",
                "paper-fashion-mnist",
                "paper-mnist-crnn",
                "paper-fashion-mnist-crnn",
                "paper-mnist-bptt",
                "paper-fashion-mnist-crnn-bptt",
                "oconnor-3fc",
                "eqspike-1fc",
                "cep-1fc",
                "laborieux-cifar10",
                "scellier-3fc",
                "deep-fashion-mnist",
                "best-mnist",
                "best-fashion-mnist"
            })
    void configShowWritesWhatConfigReads(String preset) {
        Outcome outcome = bench.run("config", "show", "--preset", preset);
        assertEquals(
                Presets.read(preset, List.of()), ConfigurationReader.read(outcome.out(), "what was shown", List.of()));
        JsonNode json = json("config", "show", "--preset", preset, "--set", "phases.free=33", "--json");
        assertEquals(33, json.get("phases").get("free").asInt());
    }

    @Test
    void infoKnowsTheMachine() {
        JsonNode json = json("info", "--json");
        assertEquals(
                Runtime.getRuntime().availableProcessors(),
                json.get("processors").asInt());
        assertTrue(List.of("scalar", "vector").contains(json.get("kernels").asString()));
        assertEquals(bench.path("no-data").toString(), json.get("dataStore").asString());
        assertEquals("bundled", json.get("dataSets").get(0).get("state").asString());
        assertTrue(bench.run("info").out().contains("Kernels"));
    }

    @Test
    void dataListsAndVerifies() {
        JsonNode digits = json("data", "list", "--json").get("dataSets").get(0);
        assertEquals("digits", digits.get("name").asString());
        assertEquals("bundled", digits.get("state").asString());
        assertTrue(bench.run("data", "list").out().contains("mnist          absent"));
        assertTrue(json("data", "verify", "digits", "--json").get("ok").asBoolean());
        Outcome missing = bench.run("data", "verify", "mnist", "--json");
        assertEquals(1, missing.exitCode());
        assertEquals(1, missing.err().lines().count());
        assertTrue(!JsonMapper.shared().readTree(missing.out()).get("ok").asBoolean());
    }

    @Test
    void benchMeasures() {
        JsonNode json = json(
                "bench",
                "--model",
                bench.path("run"),
                "--data",
                bench.path("data"),
                "--seconds",
                0.05,
                "--warm-up",
                0.01,
                "--threads",
                2,
                "--json");
        assertTrue(json.get("sampleStepsPerSecond").asDouble() > 0);
        assertEquals(2, json.get("threads").asInt());
        assertEquals(4, json.get("firingRates").size());
        assertTrue(json.get("phaseShares").has("free"));
        assertTrue(json.get("kernelShares").size() > 1);
    }

    @Test
    void benchOverTheBudgetSaysWhatWouldFit() {
        Object[] asked = {"bench", "--config", bench.path("net.yaml"), "--data", bench.path("data"), "--threads", 1};
        Outcome outcome = bench.run(Stream.concat(Stream.of(asked), Stream.of("--batch", 500, "--max-memory", "1MB"))
                .toArray());
        assertEquals(3, outcome.exitCode(), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.err().contains("; a batch of "), outcome.err());
        String fits = outcome.err().replaceAll("(?s).*a batch of (\\d+) images would fit.*", "$1");
        Outcome smaller = bench.run(Stream.concat(
                        Stream.of(asked),
                        Stream.of(
                                "--batch",
                                fits,
                                "--max-memory",
                                "1MB",
                                "--no-peak",
                                "--seconds",
                                0.01,
                                "--warm-up",
                                0.01))
                .toArray());
        assertEquals(0, smaller.exitCode(), smaller.err());
    }
}

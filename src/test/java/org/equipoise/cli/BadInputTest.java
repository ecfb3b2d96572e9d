package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.equipoise.cli.CommandHarness.Outcome;
import org.equipoise.interop.NpyArray;
import org.equipoise.interop.NpyFile;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.SafetensorsWriter;
import org.equipoise.interop.Shape;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything a user can get wrong ends with exit code 2 and one line that names it. */
class BadInputTest {
    @TempDir
    static Path folder;

    private static CommandHarness bench;

    @BeforeAll
    static void files() throws Exception {
        bench = CommandHarness.in(folder);
        assertEquals(0, bench.train("--out", bench.path("run"), "--epochs", 1).exitCode());
        byte[] model = Files.readAllBytes(bench.path("run/last.safetensors"));
        bench.write("cut.safetensors", Arrays.copyOf(model, model.length - 100));
        bench.write("text.txt", "neither a model nor an image");
        bench.write("broken.yaml", "network:\n  layers: [a, b\n  input: 3\n");
        bench.write("odd.yaml", CommandHarness.NETWORK.replace("beta: 0.9", "beta: 0.9, bета: 1"));
        bench.write("unknown.yaml", CommandHarness.NETWORK.replace("nudge: 6", "nudges: 6"));
        bench.write(
                "deep.yaml",
                CommandHarness.NETWORK.replace("{linear: 6}, ", "").replace("[0.2, 0.1, 0.1]", "[0.2, 0.1]"));
        bench.write("wide.yaml", CommandHarness.NETWORK.replace("conv: 4", "conv: 5"));
        bench.write("large.yaml", CommandHarness.NETWORK.replace("[1, 8, 8]", "[1, 9, 9]"));
        bench.write("few.yaml", CommandHarness.NETWORK.replace("{linear: 3}", "{linear: 2}"));
        bench.write("utf-16.yaml", CommandHarness.NETWORK.getBytes(StandardCharsets.UTF_16));
        bench.write("utf-16-unmarked.yaml", CommandHarness.NETWORK.getBytes(StandardCharsets.UTF_16LE));
        bench.write("latin.yaml", "network: # M\u00fcller".getBytes(StandardCharsets.ISO_8859_1));
        bench.write("marked.yaml", "\ufeff" + CommandHarness.NETWORK);
        bench.write("full/something.txt", "here first");
        bench.write("half/train-images-idx3-ubyte", new byte[] {0, 0, 8, 3});
        NpyFile.write(bench.path("x.npy"), NpyArray.float32(Shape.of(2, 1, 8, 8), new float[128]));
        NpyFile.write(bench.path("wide.npy"), NpyArray.float32(Shape.of(2, 1, 8, 9), new float[144]));
        NpyFile.write(bench.path("bright.npy"), NpyArray.float32(Shape.of(1, 8, 8), filled(64, 2f)));
        NpyFile.write(bench.path("longs.npy"), NpyArray.int64(Shape.of(1, 8, 8), new long[64]));
        NpyFile.write(bench.path("nan.npy"), NpyArray.float32(Shape.of(1, 8, 8), filled(64, Float.NaN)));
        NpyFile.write(bench.path("nan-targets.npy"), NpyArray.float32(Shape.of(2, 3), filled(6, Float.NaN)));
        NpyFile.write(bench.path("y.npy"), NpyArray.float32(Shape.of(3, 3), new float[9]));
        nan(bench.path("run/last.safetensors"), bench.path("nan.safetensors"));
        new SafetensorsWriter()
                .add("layers.0.weight", Shape.of(2, 2), new float[4])
                .writeTo(bench.path("foreign.safetensors"));
    }

    /** The trained model with one value that is no number. */
    private static void nan(Path model, Path target) {
        SafetensorsWriter writer = new SafetensorsWriter().checksummed();
        try (SafetensorsFile tensors = SafetensorsFile.open(model)) {
            tensors.metadata().forEach((key, text) -> {
                if (!key.equals("equipoise.sha256")) {
                    writer.metadata(key, text);
                }
            });
            tensors.tensors().forEach((name, entry) -> {
                float[] values = tensors.floats(name);
                values[1] = name.equals("layers.1.bias") ? Float.NaN : values[1];
                writer.add(name, entry.shape(), values);
            });
            writer.writeTo(target);
        }
    }

    private static float[] filled(int count, float value) {
        float[] values = new float[count];
        Arrays.fill(values, value);
        return values;
    }

    static Stream<Arguments> inputs() {
        return Stream.of(
                // files
                bad("eval --model @/missing.safetensors", "missing.safetensors"),
                bad("eval --model @/cut.safetensors", "cut.safetensors"),
                bad("eval --model @/text.txt", "text.txt"),
                bad("eval --model @/full", "full"),
                bad("eval --model @/foreign.safetensors", "--config or --preset"),
                bad("eval --model @/foreign.safetensors --config @/net.yaml --data @/data", "layers.0.weight"),
                bad("eval --model @/run --config @/wide.yaml", "layers.0.weight"),
                bad("eval --model @/run --config @/deep.yaml", "layers.2.bias"),
                bad("eval --model @/run --split both", "'both'"),
                bad("eval --model @/run --test-limit 31", "31"),
                bad("eval --model @/run --data @/half", "half"),
                bad("eval --model @/run --data @/text.txt", "text.txt"),
                bad("eval --model @/run --data mnist", "data fetch mnist"),
                bad("eval --model @/run --data digits", "network.input"),
                bad("eval --model @/run --data nothing", "'nothing'"),
                bad("eval --model @/run --data ''", "''"),
                bad("eval", "--model"),
                bad("eval --model ''", "--model"),
                bad("predict --model @/run", "IMAGES"),
                bad("predict --model @/run @/text.txt", "text.txt"),
                bad("predict --model @/run @/missing.png", "missing.png"),
                bad("predict --model @/run @/full", "full"),
                bad("predict --model @/run @/wide.npy", "[N, 1, 8, 8]"),
                bad("predict --model @/run @/bright.npy", "2.0"),
                bad("predict --model @/run @/longs.npy", "longs.npy"),
                bad("predict --model @/run @/data/train-labels-idx1-ubyte", "train-labels"),
                bad("trace --model @/run --input @/wide.npy --out @/s.safetensors", "wide.npy"),
                bad("trace --model @/run --input @/x.npy --target @/y.npy --out @/s.safetensors", "y.npy"),
                bad("trace --model @/run --input @/bright.npy --out @/s.safetensors", "2.0"),
                bad("trace --model @/run --input @/nan.npy --out @/s.safetensors", "NaN"),
                bad("trace --model @/run --input @/longs.npy --out @/s.safetensors", "longs.npy"),
                bad("trace --model @/run --input @/x.npy --target @/nan-targets.npy --out @/s.safetensors", "NaN"),
                bad("trace --model @/nan.safetensors --input @/x.npy --out @/s.safetensors", "layers.1.bias"),
                bad("predict --model @/run @/nan.npy", "NaN"),
                bad("trace --model @/run --input @/text.txt --out @/s.safetensors", "text.txt"),
                bad("trace --model @/run --input @/x.npy --out @/none/s.safetensors", "none"),
                bad("trace --model @/run --input @/x.npy", "--out"),
                bad("trace --model @/run --input @/x.npy --out @/s.safetensors --free 0", "--free"),
                bad("trace --model @/run --input @/x.npy --out @/s.safetensors --nudge -3", "--nudge"),
                bad("trace --model @/run --input @/x.npy --out @/s.safetensors --every 0", "--every"),
                bad("trace --model @/run --input @/x.npy --out @/s.safetensors --beta 0", "phases.beta"),
                bad("trace --model @/run --input @/x.npy --out @/s.safetensors --beta none", "phases.beta"),
                bad("export --model @/run --out @/none/m.npz --format npz", "none"),
                bad("export --model @/run --out @/full --format npz", "full"),
                bad("export --model @/run --out @/m --format onnx", "'onnx'"),
                bad("export --model @/run --out @/m --pooling sum", "--format nir"),
                bad("export --model @/run --out @/m --format nir --no-data --steps 9", "--no-data"),
                bad("export --model @/run --out @/m --format nir --data @/none", "none"),
                bad("import --model @/foreign.safetensors --out @/m.safetensors", "--config or --preset"),
                bad(
                        "import --model @/foreign.safetensors --out @/m.safetensors --config @/net.yaml",
                        "layers.0.weight"),
                bad("import --model @/nan.safetensors --out @/m.safetensors --config @/net.yaml", "layers.1.bias"),
                bad("eval --model @/nan.safetensors", "layers.1.bias"),
                bad("train --init @/nan.safetensors --data @/data --out @/new", "layers.1.bias"),
                bad("import --model @/x.npy --out @/m.safetensors --config @/net.yaml", "x.npy"),
                // settings
                bad("train --preset quik", "perhaps 'quick'"),
                bad("train --preset ''", "''"),
                bad("train --preset quick --config @/net.yaml", "--preset and --config"),
                bad("train --config @/missing.yaml", "missing.yaml"),
                bad("train --config @/missing.yaml", "because no such file or folder exists"),
                bad("train --config @/data", "data is a folder"),
                bad("train --config @/utf-16.yaml", "UTF-16"),
                bad("train --config @/utf-16-unmarked.yaml", "UTF-16"),
                bad("train --config @/latin.yaml", "not written in UTF-8"),
                bad("config show --config @/net.yaml --set network.layers.3.linear=27", "network.layers.3"),
                bad("config show --config @/net.yaml --set network.layers.x.linear=27", "0 to 2"),
                bad("config show --config @/net.yaml --set network.layers.1.kernel=27", "network.layers[1]"),
                bad("config show --config @/net.yaml --set network.layers.1=27", "network.layers[1]"),
                bad("config show --config @/net.yaml --set network.layers.0.conv=0", "--set network.layers.0.conv=0"),
                bad("gradcheck --out @/text.txt", "text.txt is a file"),
                bad("memory --out @/text.txt --config @/net.yaml", "text.txt is a file"),
                bad("reproduce fig1 --quick --out @/text.txt/below", "lies below"),
                bad("train --config @/broken.yaml", "line 3"),
                bad("train --config @/odd.yaml", "line 3"),
                bad("train --config @/unknown.yaml", "line 3), perhaps 'nudge' was meant"),
                bad("train --config @/run/last.safetensors", "last.safetensors"),
                bad("train --set phases.fre=20", "perhaps 'free'"),
                bad("train --set phases.free=-1", "phases.free"),
                bad("train --set phases.free=1e3", "phases.free"),
                bad("train --set training.epochs=999999999999", "training.epochs"),
                bad("train --set learning.rates=[1,2]", "learning.rates"),
                bad("train --set neuron.epsilon=NaN", "neuron.epsilon"),
                bad("train --set network.layers=[]", "network.layers"),
                bad("train --set nonsense", "nonsense"),
                bad("train --set ''", "--set"),
                bad("train --set =3", "--set"),
                bad("train --set a.b=3", "'a'"),
                bad("train --set phases.free={", "phases.free"),
                bad("config show --set neuron.kind=spike", "neuron.kind"),
                bad("config show --set network.input=[1,2,2]", "network.layers[0]"),
                bad("config", "'config'"),
                // counts
                bad("train --epochs abc", "'abc'"),
                bad("train --epochs 0", "--epochs"),
                bad("train --epochs -1", "--epochs"),
                bad("train --epochs 1.5", "--epochs"),
                bad("train --epochs", "--epochs"),
                bad("train --epochs 3 --epochs 4", "--epochs"),
                bad("train --epochs 99999999", "training.epochs"),
                bad("train --batch 0", "--batch"),
                bad("train --threads 0", "--threads"),
                bad("train --threads 5000 --config @/net.yaml --data @/data --out @/new", "5000"),
                bad("train --seed first", "--seed"),
                bad("train --hold-out 0", "--hold-out"),
                bad("train --hold-out 60 --config @/net.yaml --data @/data", "between 1 and 59"),
                bad("train --resume @/run --hold-out 3", "between 1 and 57"),
                bad("train --set phases.average=0", "phases.average"),
                bad("train --train-limit 0", "--train-limit"),
                bad("train --train-limit 61 --config @/net.yaml --data @/data", "61"),
                bad("train --test-limit 31 --config @/net.yaml --data @/data", "31"),
                bad("train --max-memory plenty", "'plenty'"),
                bad("train --max-memory 0", "--max-memory"),
                bad("train --max-memory -5MB", "--max-memory"),
                bad("train --checkpoint-minutes -1", "--checkpoint-minutes"),
                bad("bench --seconds 0", "--seconds"),
                bad("bench --seconds soon", "'soon'"),
                // data
                bad("train --config @/large.yaml --data @/data", "network.input"),
                bad("train --config @/few.yaml --data @/data", "3 classes"),
                bad("train --config @/few.yaml --data @/data", "--set network.layers.2.linear=3"),
                bad("train --data mnist", "has not been fetched"),
                bad("train --data mnits", "mnist"),
                bad("data", "'data list'"),
                bad("data fetch", "NAME"),
                bad("data fetch cifar", "'cifar'"),
                bad("data fetch mnist --quiet --from @/nowhere", "nowhere"),
                bad("data fetch mnist --quiet --from @/data", "data"),
                bad("data fetch mnist --mirror ftp://example.org/", "ftp://example.org/"),
                bad("data fetch mnist --mirror http://localhost/ --from @/data", "--from and --mirror"),
                bad("data verify cifar", "'cifar'"),
                // runs
                bad("train --config @/net.yaml --data @/data --out @/full", "not empty"),
                bad("train --config @/net.yaml --data @/data --out @/run", "--resume"),
                bad("train --config @/net.yaml --data @/data --out @/text.txt", "text.txt is a file"),
                bad("train --config @/net.yaml --data @/data --out @/text.txt/below", "below"),
                bad("train --config @/net.yaml --data @/data --out @/text.txt/below", "text.txt, which is a file"),
                bad(
                        "train --config @/net.yaml --data @/data --out @/new --init @/foreign.safetensors",
                        "layers.0.weight"),
                bad("train --init @/foreign.safetensors", "--config or --preset"),
                bad("train --out ''", "--out"),
                bad("train --resume @/full", "full"),
                bad("train --resume @/missing", "missing"),
                bad("train --resume @/text.txt", "text.txt"),
                bad("train --resume @/run --preset quick", "--resume"),
                bad("train --resume @/run --set phases.free=3", "--resume"),
                bad("train --resume @/run --out @/other", "--resume"),
                bad("train --resume @/run --train-limit 50", "50 training"),
                bad("train --resume @/run --data digits", "digits"),
                // words
                bad("trian", "perhaps 'train'"),
                bad("train now", "'now'"),
                bad("train --epcohs 3", "perhaps '--epochs'"),
                bad("train -q", "'-q'"),
                bad("data lst", "perhaps 'list'"),
                bad("--verbose", "'--verbose'"));
    }

    /** @ stands for the folder, '' for an empty argument. */
    private static Arguments bad(String arguments, String named) {
        return Arguments.of(arguments, named);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inputs")
    void oneLineNamesWhatIsWrong(String arguments, String named) {
        Outcome outcome = bench.run(split(arguments));
        assertEquals(2, outcome.exitCode(), outcome.err());
        assertEquals("", outcome.out());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.err().contains(named), outcome.err());
        assertTrue(outcome.err().stripTrailing().endsWith("."), outcome.err());
        assertFalse(outcome.err().contains("Exception"), outcome.err());
        assertFalse(Files.exists(bench.path("new")), "nothing is left of what was not begun");
    }

    @Test
    void aConfigurationMayBeginWithAMarkOfUtf8() {
        assertEquals(
                bench.run("config", "show", "--config", bench.path("net.yaml")).out(),
                bench.run("config", "show", "--config", bench.path("marked.yaml"))
                        .out());
    }

    /** The items of lists count from 0, as in complaints. */
    @Test
    void settingsReachIntoLists() {
        Outcome outcome = bench.run(
                "config",
                "show",
                "--config",
                bench.path("few.yaml"),
                "--set",
                "network.layers.2.linear=27",
                "--set",
                "network.layers[0].conv=8",
                "--set",
                "learning.rates.1=0.25");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().contains("- {linear: 27}"), outcome.out());
        assertTrue(outcome.out().contains("- {conv: 8, kernel: 3"), outcome.out());
        assertTrue(outcome.out().contains("rates: [0.2, 0.25, 0.1]"), outcome.out());
        Outcome fits = bench.run(
                "train",
                "--config",
                bench.path("few.yaml"),
                "--set",
                "network.layers.2.linear=3",
                "--data",
                bench.path("data"),
                "--dry-run",
                "--no-estimate");
        assertEquals(0, fits.exitCode(), fits.err());
    }

    @Test
    void aConfigurationThatMayNotBeReadSaysSo() throws Exception {
        Path file = bench.write("secret.yaml", CommandHarness.NETWORK);
        assumeTrue(file.toFile().setReadable(false) && !Files.isReadable(file), "root may read everything");
        Outcome outcome = bench.run("config", "show", "--config", file);
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.err().contains("because permission was denied"), outcome.err());
    }

    /** What a shell makes of {@code <(command)}. */
    @Test
    void aPipeIsReadOnceOrRefusedByName() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "whose process substitutions these are");
        String net = bench.path("net.yaml").toString();
        String model = bench.path("run/last.safetensors").toString();
        assertEquals("", inAShell("config show --config <(cat " + net + ")"));
        String once = " is a device or pipe, which can be read only once; a ";
        assertTrue(inAShell("eval <(cat " + model + ")").contains(once + "safetensors file was expected."));
        assertTrue(inAShell("train --init <(cat " + model + ")").contains(once + "safetensors file was expected."));
        assertTrue(inAShell("predict " + model + " <(cat " + net + ")").contains(once + "PNG, IDX or NumPy"));
    }

    private static String inAShell(String arguments) throws Exception {
        Process process = ProgramProcess.in("/bin/bash", "\"$@\" " + arguments, ProgramProcess.command())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return err.replaceAll("WARNING.*\\R", "");
    }

    @Test
    void debugAddsTheStackTrace() {
        Outcome outcome = bench.run("train", "--preset", "quik", "--debug");
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.err().contains("\tat org.equipoise.config.Presets"), outcome.err());
    }

    private static Object[] split(String arguments) {
        return Arrays.stream(arguments.split(" "))
                .map(argument -> argument.equals("''") ? "" : argument.replace("@", folder.toString()))
                .toArray();
    }
}

package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.equipoise.cli.CommandHarness.Outcome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands about a trained network take its run or file in one way. */
class ModelPathTest {
    /** MODEL is where the network is named; what follows is in @, the folder. */
    private static final String IMAGES = "@/data/t10k-images-idx3-ubyte";

    @TempDir
    static Path folder;

    private static CommandHarness bench;

    @BeforeAll
    static void open() {
        bench = CommandHarness.in(folder);
        assertEquals(0, bench.train("--out", bench.path("run"), "--epochs", 1).exitCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eval MODEL",
                "predict MODEL " + IMAGES,
                "export MODEL --out @/exported",
                "trace MODEL --input " + IMAGES + " --out @/states",
                "report MODEL --quiet",
                "check MODEL",
                "gradcheck MODEL --data @/data --images 2 --free 4 --nudge 4 --out @/gradcheck --quiet",
                "bench MODEL --data @/data --seconds 0.01 --warm-up 0.01 --no-peak"
            })
    void aRunIsNamedByAPathOrByTheOption(String command) {
        int worst = command.startsWith("gradcheck") ? 1 : 0; // two images tell little about gradients
        for (String run : new String[] {"@/run", "@/run/last.safetensors"}) {
            Outcome path = run(command.replace("MODEL", run));
            Outcome option = run(command.replace("MODEL", "--model " + run));
            assertTrue(path.exitCode() <= worst, path.err());
            assertEquals(path.exitCode(), option.exitCode(), option.err());
            assertEquals(0, path.out().isEmpty() ? 1 : 0, path.err());
            if (!command.startsWith("bench") && !command.startsWith("eval")) { // which tell times
                assertEquals(path.out(), option.out());
            }
        }

        Outcome both = run(command.replace("MODEL", "--model @/run @/run"));
        assertEquals(2, both.exitCode());
        assertTrue(both.err().startsWith("--model and '" + bench.path("run") + "' both name"), both.err());
        String help = run(command.replaceAll(" .*", " --help")).out();
        assertTrue(help.contains("[FILE|RUN") || help.contains("[RUN]"), help);
        assertTrue(help.contains("--model="), help);
    }

    @ParameterizedTest
    @ValueSource(strings = {"eval", "predict", "export --out @/x", "trace --input @/x --out @/y", "report", "check"})
    void whereNoneIsNamedBothWaysAreSaid(String command) {
        Outcome outcome = run(command);
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.err().contains("RUN") && outcome.err().contains("--model"), outcome.err());
    }

    @Test
    void aReportIsAboutTheCheckpointThatIsNamed() {
        Outcome outcome = run("report @/run/best.safetensors --quiet --out @/best.html");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(Files.exists(bench.path("best.html")));
        assertEquals(2, run("report @/net.yaml").exitCode());
    }

    private static Outcome run(String command) {
        return bench.run(Arrays.stream(command.split(" "))
                .map(word -> word.replace("@", folder.toString()))
                .toArray());
    }
}

package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

/** Runs of this program and of others are set side by side over time. */
class CompareCommandTest {
    @TempDir
    Path folder;

    private CommandHarness bench;

    @BeforeEach
    void files() {
        bench = CommandHarness.in(folder);
    }

    private Outcome compare(Object... words) {
        return bench.run(Stream.of(Stream.of("compare"), Stream.of(words), Stream.of("--out", bench.path("out")))
                .flatMap(part -> part)
                .toArray());
    }

    @Test
    void timesAreThoseOfTheFirstEpochThatIsLowEnough() throws Exception {
        assertEquals(0, bench.train("--out", bench.path("run"), "--threads", 1).exitCode());
        bench.write("torch.csv", """
                seconds,testErrorPercent,processor
                50,30,some × 4
                100,20.5,some × 4
                150,21.5,some × 4
                """);
        Outcome outcome = compare(
                bench.path("run"),
                "PyTorch=" + bench.path("torch.csv"),
                "--published",
                21,
                "--title",
                "A title",
                "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        JsonNode runs = JsonMapper.shared().readTree(outcome.out()).get("runs");
        assertEquals("run", runs.get(0).get("run").asString());
        assertTrue(runs.get(0).get("processor").asString().endsWith(", 1 thread"), outcome.out());
        assertEquals(2, runs.get(0).get("epochs").asInt());
        assertEquals(100, runs.get(1).get("seconds to 21.0 %").asDouble());
        assertEquals(2, runs.get(1).get("epochs to 21.0 %").asInt());
        assertEquals(21.5, runs.get(1).get("error at the end, %").asDouble());
        assertTrue(runs.get(1).get("training error, %").isNull());
        assertEquals("some × 4", runs.get(1).get("processor").asString());

        List<String> metrics = Files.readAllLines(bench.path("run/metrics.csv"));
        List<String> rows = Files.readAllLines(bench.path("out/time-to-error.csv"));
        assertEquals(1 + 2 + 3, rows.size());
        String[] epoch = metrics.get(1).split(",");
        assertEquals(String.join(",", "run", "1", epoch[9], epoch[4], epoch[2]), rows.get(1));
        assertEquals("PyTorch,2,100.0,20.5,", rows.get(4));
        String page = Files.readString(bench.path("out/time-to-error.md"));
        assertTrue(page.startsWith("# A title\n"), page);
        assertTrue(page.contains("| PyTorch | 100.0 | 2 | 21.5 | – | 3 | 150.0 | some × 4 |"), page);
        BufferedImage image = ImageIO.read(bench.path("out/time-to-error.png").toFile());
        assertTrue(image.getWidth() > 900);
    }

    @Test
    void aPublishedErrorIsNotNeeded() throws Exception {
        bench.write("a.csv", "epoch,seconds,testErrorPercent,trainErrorPercent\n1,0.5,9,10\n2,1,8,9\n");
        Outcome outcome = compare(bench.path("a.csv"));
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().contains("| a | 8.00 | 9.00 | 2 | 1.00 | – |"), outcome.out());
        assertTrue(Files.exists(bench.path("out/time-to-error.png")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nowhere | cannot be read; the folder of a run, or a CSV file",
                "a.csv b=a.csv --published 0 | --published is 0.0 where a number above 0",
                "a.csv a.csv | Two runs have the same name",
                "text.csv | not the columns seconds and testErrorPercent",
                "empty.csv | has no epochs",
                "bad.csv | line 2 has 'x' for testErrorPercent",
                "back.csv | line 3 has 1.0 seconds after 2.0",
            })
    void badInputEndsInASentence(String words, String sentence) {
        bench.write("a.csv", "seconds,testErrorPercent\n1,9\n");
        bench.write("text.csv", "time,error\n1,9\n");
        bench.write("empty.csv", "seconds,testErrorPercent\n");
        bench.write("bad.csv", "seconds,testErrorPercent\n1,x\n");
        bench.write("back.csv", "seconds,testErrorPercent\n2,9\n1,8\n");
        Outcome outcome = compare((Object[]) Stream.of(words.split(" "))
                .map(word ->
                        word.replaceFirst("(\\w+)\\.csv", bench.path("$1.csv").toString()))
                .toArray(String[]::new));
        assertEquals(2, outcome.exitCode(), outcome.err());
        assertTrue(outcome.err().contains(sentence), outcome.err());
        assertTrue(Files.notExists(bench.path("out")), "nothing is written");
    }
}

package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

class MemoryCommandTest {
    @TempDir
    Path folder;

    private CommandHarness bench;

    @BeforeEach
    void files() {
        bench = CommandHarness.in(folder);
    }

    private Outcome memory(Object... more) {
        Stream<Object> first = Stream.of("memory", "--config", bench.path("net.yaml"), "--out", bench.path("out"));
        return bench.run(Stream.concat(first, Stream.of(more)).toArray());
    }

    /** One row in a process of its own, and one that is over the budget. */
    @Test
    void measuresInOtherProcessesAndWritesFourFiles() throws Exception {
        Outcome dry = bench.train("--dry-run", "--no-estimate", "--batch", 3, "--threads", 1, "--json");
        long predicted = JsonMapper.shared()
                .readTree(dry.out())
                .get("predictedOffHeapBytes")
                .asLong();
        Outcome outcome = memory(
                "--algorithms",
                "ep",
                "--time-steps",
                "4",
                "--batch",
                "3,500",
                "--threads",
                1,
                "--max-memory",
                predicted,
                "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals(1, outcome.out().lines().count());
        assertTrue(outcome.err().contains("ep, T 4, batch 500: "), outcome.err());
        JsonNode json = JsonMapper.shared().readTree(outcome.out());
        JsonNode row = json.get("rows").get(0);
        assertEquals("ep", row.get("algorithm").asString());
        assertEquals(4, row.get("timeSteps").asInt());
        assertEquals(3, row.get("batch").asInt());
        assertEquals(predicted, row.get("predictedBytes").asLong());
        assertEquals(predicted, row.get("measuredPeakBytes").asLong());
        if (Files.isReadable(Path.of("/proc/self/status"))) {
            assertTrue(row.get("rssBytes").asLong() > 10_000_000, row.toString());
            assertEquals(
                    row.get("rssBytes").asLong() - json.get("baseRssBytes").asLong(),
                    row.get("rssAboveBaseBytes").asLong());
        }
        assertTrue(json.get("rows").get(1).get("measuredPeakBytes").isNull());
        assertEquals(
                outcome.out().strip(),
                Files.readString(bench.path("out/memory.json")).strip());
        assertEquals(3, Files.readAllLines(bench.path("out/memory.csv")).size());
        String page = Files.readString(bench.path("out/memory.md"));
        assertTrue(page.contains("--time-steps 4 --batch 3,500 --algorithms ep --threads 1"), page);
        assertTrue(ImageIO.read(bench.path("out/memory.png").toFile()).getWidth() > 100);
    }

    @Test
    void whereNothingFitsItEndsWithThree() throws Exception {
        Outcome outcome = memory("--batch", "3", "--max-memory", "2kB");
        assertEquals(3, outcome.exitCode(), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.err().contains("even a batch of one image needs"), outcome.err());
        assertFalse(Files.exists(bench.path("out/memory.csv")));
    }

    @ParameterizedTest
    @CsvSource({
        "--time-steps, 0, 'at least 1'",
        "--time-steps, 2000000, phases.free",
        "--batch, few, 'few'",
        "--algorithms, bpt, 'bptt'",
        "--out, net.yaml/out, net.yaml"
    })
    void badInputIsNamed(String option, String value, String named) {
        Outcome outcome = option.equals("--out")
                ? bench.run("memory", "--config", bench.path("net.yaml"), option, bench.path(value))
                : memory(option, value);
        assertEquals(2, outcome.exitCode(), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.err().contains(named), outcome.err());
    }

    @Test
    void theProbeIsNotListed() {
        String help = bench.run("--help").out();
        assertTrue(help.contains("  memory "), help);
        assertFalse(help.contains(MemoryCommand.Probe.NAME), help);
        assertEquals(
                List.of(), help.lines().filter(line -> line.contains("probe")).toList());
    }
}

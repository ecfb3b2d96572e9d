package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.equipoise.cli.CommandHarness.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Runs that go on: from where, and with what. */
class GoingOnTest {
    @TempDir
    Path folder;

    private CommandHarness bench = new CommandHarness(Path.of(""));

    @BeforeEach
    void makeData() {
        bench = CommandHarness.in(folder);
    }

    @Test
    void dataMayHaveMoved() throws IOException {
        bench.train("--out", bench.path("run"), "--train-limit", 20, "--test-limit", 10, "--epochs", 1);
        Files.move(bench.path("data"), bench.path("moved"));
        Outcome lost = bench.run("train", "--resume", bench.path("run"), "--epochs", 2);
        assertEquals(2, lost.exitCode());
        assertTrue(lost.err().contains("There is no folder '" + bench.path("data") + "'"), lost.err());
        assertTrue(lost.err().contains("--data with the folder where they are now"), lost.err());
        Outcome found = bench.run(
                "train", "--resume", bench.path("run"), "--data", bench.path("moved"), "--epochs", 2, "--json");
        assertEquals(0, found.exitCode(), found.err());
        assertEquals(
                2 * (20 * 24 + 10 * 12),
                JsonMapper.shared().readTree(found.out()).get("sampleSteps").asLong());
        Outcome again = bench.run("train", "--resume", bench.path("run"), "--epochs", 2);
        assertEquals(0, again.exitCode(), again.err());
    }

    @Test
    void theLastCheckpointStandsForItsRun() {
        bench.train("--out", bench.path("run"), "--epochs", 1);
        Outcome outcome = bench.run(
                "train", "--resume", bench.path("run/last.safetensors"), "--epochs", 2, "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals(
                bench.path("run").toString(),
                JsonMapper.shared().readTree(outcome.out()).get("runDir").asString());
    }
}

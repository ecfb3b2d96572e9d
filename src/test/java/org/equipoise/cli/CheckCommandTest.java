package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.equipoise.cli.CommandHarness.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CheckCommandTest {
    @TempDir
    Path folder;

    private CommandHarness bench;

    @BeforeEach
    void train() {
        bench = CommandHarness.in(folder);
        assertEquals(0, bench.train("--out", bench.path("run")).exitCode());
    }

    private void flipBit(String file) throws IOException {
        Path path = bench.path(file);
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length - 5] ^= 4;
        Files.write(path, bytes);
    }

    @Test
    void aWholeRunIsSaidToBeWhole() {
        Outcome outcome = bench.run("check", bench.path("run"));
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals("", outcome.err());
        List<String> lines = outcome.out().lines().toList();
        assertEquals(4, lines.size(), outcome.out());
        assertTrue(
                lines.getFirst().startsWith("last.safetensors      after 2 epochs and 0 batches, "), lines.getFirst());
        assertEquals("The run in " + bench.path("run") + " is whole.", lines.getLast());
    }

    @Test
    void jsonHasEverything() throws IOException {
        JsonNode whole = JsonMapper.shared()
                .readTree(bench.run("check", bench.path("run"), "--json").out());
        assertEquals(List.of("runDir", "ok", "checkpoints", "findings", "notes"), List.copyOf(whole.propertyNames()));
        assertTrue(whole.get("ok").asBoolean());
        assertEquals(3, whole.get("checkpoints").size());
        JsonNode last = whole.get("checkpoints").get(0);
        assertEquals(
                List.of("file", "bytes", "version", "checksummed", "epochs", "batches", "stateSha256"),
                List.copyOf(last.propertyNames()));
        assertEquals(64, last.get("stateSha256").asString().length());

        flipBit("run/last.safetensors");
        Outcome outcome = bench.run("check", bench.path("run"), "--json");
        assertEquals(1, outcome.exitCode());
        assertEquals(1, outcome.out().lines().count());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        JsonNode damaged = JsonMapper.shared().readTree(outcome.out());
        assertFalse(damaged.get("ok").asBoolean());
        assertEquals(2, damaged.get("checkpoints").size());
        assertEquals(
                "last.safetensors", damaged.get("findings").get(0).get("file").asString());
    }

    @Test
    void everyFindingIsASentence() throws IOException {
        flipBit("run/last.safetensors");
        flipBit("run/best.safetensors");
        Outcome outcome = bench.run("check", bench.path("run"));
        assertEquals(1, outcome.exitCode());
        assertTrue(outcome.out().contains("last.safetensors is damaged: "), outcome.out());
        assertTrue(outcome.out().contains("best.safetensors is damaged: "), outcome.out());
        assertTrue(outcome.err().contains("2 things are wrong"), outcome.err());
    }

    @Test
    void aDamagedRunGoesOnFromTheCheckpointBefore() throws IOException {
        bench.train("--out", bench.path("whole"), "--epochs", 3);
        flipBit("run/last.safetensors");
        Outcome resumed = bench.run("train", "--resume", bench.path("run"), "--epochs", 3);
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertTrue(resumed.err().contains("last.safetensors is damaged: "), resumed.err());
        assertTrue(resumed.err().contains("goes on from the checkpoint before it."), resumed.err());
        assertEquals(0, bench.run("check", bench.path("run")).exitCode());
        TrainCommandTest.assertSameTensors(bench.path("whole/last.safetensors"), bench.path("run/last.safetensors"));
    }

    @Test
    void theStateIsTheSameHoweverItWasReached() {
        bench.train("--out", bench.path("one"), "--epochs", 1, "--threads", 1);
        bench.run("train", "--resume", bench.path("one"), "--epochs", 2, "--threads", 3);
        assertEquals(state("run"), state("one"));
    }

    private String state(String run) {
        Outcome outcome = bench.run("check", bench.path(run), "--json");
        JsonNode json = JsonMapper.shared().readTree(outcome.out());
        return json.get("checkpoints").get(0).get("stateSha256").asString();
    }

    @Test
    void aFolderWithoutARunIsBadInput() {
        Outcome outcome = bench.run("check", bench.path("data"));
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.err().contains("data"), outcome.err());
        assertEquals(2, bench.run("check").exitCode());
        assertEquals(2, bench.run("check", bench.path("nowhere")).exitCode());
    }
}

package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.equipoise.cli.CommandHarness.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
        Outcome outcome = bench.run("train", "--resume", bench.path("run/last.safetensors"), "--epochs", 2, "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals(
                bench.path("run").toString(),
                JsonMapper.shared().readTree(outcome.out()).get("runDir").asString());
    }

    private Outcome again(Object... more) {
        Object[] args = {"--out", bench.path("run"), "--continue"};
        Object[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return bench.train(all);
    }

    /** As a job that is put into the queue again and again. */
    @Test
    void oneCommandBeginsGoesOnAndTellsThatItIsFinished() throws IOException {
        bench.train("--out", bench.path("whole"), "--epochs", 3);
        assertEquals(0, again("--epochs", 1).exitCode());
        Outcome longer = again("--epochs", 3);
        assertEquals(0, longer.exitCode(), longer.err());
        assertFalse(longer.err().contains("is finished"), longer.err());
        byte[] end = Files.readAllBytes(bench.path("run/last.safetensors"));
        Outcome finished = again("--epochs", 3, "--json");
        assertEquals(0, finished.exitCode(), finished.err());
        assertTrue(finished.err().contains("The run in " + bench.path("run") + " is finished."), finished.err());
        assertEquals(
                3, JsonMapper.shared().readTree(finished.out()).get("epochs").asInt());
        assertArrayEquals(end, Files.readAllBytes(bench.path("run/last.safetensors")));
        assertEquals(state("whole"), state("run"));
        Outcome without = bench.run("train", "--out", bench.path("run"), "--continue", "--quiet");
        assertEquals(0, without.exitCode(), without.err());
    }

    private String state(String run) {
        return JsonMapper.shared()
                .readTree(bench.run("check", bench.path(run), "--json").out())
                .get("checkpoints")
                .get(0)
                .get("stateSha256")
                .asString();
    }

    @Test
    void otherSettingsThanTheRunsAreRefused() throws IOException {
        again("--epochs", 2);
        byte[] end = Files.readAllBytes(bench.path("run/last.safetensors"));
        assertRefused(again("--epochs", 2, "--seed", 4), "training.seed (3, not 4); its own, or another --out,");
        assertRefused(again("--epochs", 1), "training.epochs (2, not 1)");
        assertRefused(
                again("--set", "phases.beta=0.5", "--set", "neuron.lambda=0.5"),
                "neuron.lambda (0.6, not 0.5), phases.beta (0.9, not 0.5)");
        assertRefused(
                bench.run("train", "--out", bench.path("run"), "--continue", "--batch", 8),
                "training.batch (7, not 8)");
        assertRefused(again("--epochs", 2, "--train-limit", 20), "is not what the run in");
        assertRefused(again("--resume", bench.path("run")), "--resume was given with");
        assertRefused(bench.train("--continue"), "--continue was given without --out");
        assertArrayEquals(end, Files.readAllBytes(bench.path("run/last.safetensors")));
        bench.write("other/notes.txt", "mine");
        assertRefused(bench.train("--out", bench.path("other"), "--continue"), "is not empty");
    }

    private static void assertRefused(Outcome outcome, String words) {
        assertEquals(2, outcome.exitCode(), outcome.err());
        assertTrue(outcome.err().contains(words), outcome.err());
    }

    /** What a run leaves that is killed before its first checkpoint, also by earlier versions, which wrote their settings first. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ".lock",
                ".lock .equipoise-1.tmp",
                ".lock config.yaml",
                ".lock config.yaml provenance.json",
                ".equipoise-1.tmp"
            })
    void aRunThatWasKilledAtItsStartBeginsAgain(String left) throws IOException {
        bench.train("--out", bench.path("whole"));
        for (String way : List.of("out", "continue", "resume")) {
            Path run = bench.path(way);
            Files.createDirectory(run);
            for (String name : left.split(" ")) {
                Path original = bench.path("whole").resolve(name);
                if (Files.exists(original)) {
                    Files.copy(original, run.resolve(name));
                } else {
                    Files.write(run.resolve(name), new byte[100]);
                }
            }
            Outcome outcome = switch (way) {
                case "out" -> bench.train("--out", run);
                case "continue" -> bench.train("--out", run, "--continue");
                default ->
                    left.contains("provenance")
                            ? bench.run("train", "--resume", run)
                            : bench.run("train", "--resume", run, "--data", bench.path("data"));
            };
            if (way.equals("resume") && !left.contains("config.yaml")) {
                assertRefused(outcome, "was ended before its first checkpoint");
                assertTrue(outcome.err().contains("--out " + run), outcome.err());
                continue;
            }
            assertEquals(0, outcome.exitCode(), outcome.err());
            assertEquals(way.equals("resume"), outcome.err().contains("it begins again"), outcome.err());
            assertEquals(state("whole"), state(way));
            assertEquals(0, bench.run("check", run).exitCode());
        }
    }

    @Test
    void settingsOfTheUsersAreNotTakenForARunsBeginning() {
        bench.write("mine/config.yaml", CommandHarness.NETWORK);
        assertRefused(bench.train("--out", bench.path("mine")), "is not empty");
    }
}

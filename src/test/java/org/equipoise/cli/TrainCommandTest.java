package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.equipoise.cli.CommandHarness.Outcome;
import org.equipoise.interop.SafetensorsFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrainCommandTest {
    @TempDir
    Path folder;

    private CommandHarness bench;

    @BeforeEach
    void files() {
        bench = CommandHarness.in(folder);
    }

    @Test
    void jsonHasExactlyTheFieldsOfTheContract() {
        Outcome outcome = bench.train("--out", bench.path("run"), "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals(1, outcome.out().lines().count());
        JsonNode json = JsonMapper.shared().readTree(outcome.out());
        assertEquals(
                List.of(
                        "testErrorPercent",
                        "trainErrorPercent",
                        "epochs",
                        "seconds",
                        "sampleSteps",
                        "sampleStepsPerSecond",
                        "stepsSavedPercent",
                        "freeStepsSavedPercent",
                        "nudgeStepsSavedPercent",
                        "firingRates",
                        "peakOffHeapBytes",
                        "predictedOffHeapBytes",
                        "ranks",
                        "exchangedBytesPerBatch",
                        "exchangeSecondsPerBatch",
                        "kernels",
                        "vectorBits",
                        "runDir"),
                List.copyOf(json.propertyNames()));
        assertEquals(
                json.get("predictedOffHeapBytes").asLong(),
                json.get("peakOffHeapBytes").asLong());
        assertEquals(2, json.get("epochs").asInt());
        assertEquals(2 * (60 * (12 + 2 * 6) + 30 * 12), json.get("sampleSteps").asLong());
        assertEquals(4, json.get("firingRates").size());
        assertEquals(bench.path("run").toString(), json.get("runDir").asString());
        assertEquals(
                json.get("sampleSteps").asLong() / json.get("seconds").asDouble(),
                json.get("sampleStepsPerSecond").asDouble(),
                1e-6);
    }

    @Test
    void imagesThatSettleEarlySaveSteps() {
        // Every image has settled at the first look.
        String settle = "phases.settle={tolerance: 1, window: 4}";
        Outcome outcome = bench.train("--out", bench.path("run"), "--set", settle, "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        JsonNode json = JsonMapper.shared().readTree(outcome.out());
        assertEquals(2 * (60 * (4 + 2 * 4) + 30 * 4), json.get("sampleSteps").asLong());
        assertEquals(
                100.0 - 100.0 * (60 * 12 + 30 * 4) / (60 * 24 + 30 * 12),
                json.get("stepsSavedPercent").asDouble(),
                1e-9);
        assertEquals(100.0 * 8 / 12, json.get("freeStepsSavedPercent").asDouble(), 1e-9);
        assertEquals(100.0 * 2 / 6, json.get("nudgeStepsSavedPercent").asDouble(), 1e-9);
        assertEquals(
                json.get("predictedOffHeapBytes").asLong(),
                json.get("peakOffHeapBytes").asLong());
        Outcome eval = bench.run("eval", "--model", bench.path("run"), "--data", bench.path("data"), "--json");
        JsonNode tested = JsonMapper.shared().readTree(eval.out());
        assertEquals(100.0 * 8 / 12, tested.get("stepsSavedPercent").asDouble(), 1e-9);
        Outcome text = bench.run("eval", "--model", bench.path("run"), "--data", bench.path("data"));
        assertTrue(text.out().contains("Images that settled early saved 66.7 % of the steps."), text.out());
    }

    @Test
    void theResultForPeopleSaysWhereTheRunIsAndWhatCouldComeNext() {
        Outcome outcome = bench.train("--out", bench.path("run"));
        assertTrue(outcome.out().contains("Test error "), outcome.out());
        assertTrue(outcome.out().contains("The run is in " + bench.path("run")), outcome.out());
        assertTrue(outcome.out().contains("./equipoise eval --model " + bench.path("run")), outcome.out());
        assertTrue(outcome.err().contains("epoch 1 of 2: training error "), outcome.err());
        assertTrue(outcome.err().contains("epoch 2 of 2: training error "), outcome.err());
    }

    @Test
    void processesThatAreStartedTogetherAndTrainEachForItselfAreNoticedOnce() {
        String warning =
                "2 processes were started, and each trains a network of its own; with --distributed mpi they train one.";
        bench.with("OMPI_COMM_WORLD_SIZE", "2").with("OMPI_COMM_WORLD_RANK", "1");
        Outcome other = bench.train("--epochs", 1, "--quiet", "--json", "--out", bench.path("other"));
        assertEquals("", other.err());
        bench.with("OMPI_COMM_WORLD_RANK", "0");
        Outcome first = bench.train("--epochs", 1, "--quiet", "--json", "--out", bench.path("first"));
        assertEquals(warning, first.err().strip());
        assertEquals(0, first.exitCode());
        bench.with("OMPI_COMM_WORLD_SIZE", "1");
        Outcome alone = bench.train("--epochs", 1, "--quiet", "--json", "--out", bench.path("alone"));
        assertEquals("", alone.err());
    }

    @Test
    void quietLeavesOnlyTheResult() {
        Outcome outcome = bench.train("--out", bench.path("run"), "--quiet");
        assertEquals(0, outcome.exitCode());
        assertEquals("", outcome.err());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void theNumberOfThreadsDoesNotChangeTheResult(int threads) throws IOException {
        bench.train("--out", bench.path("one"), "--threads", 1);
        bench.train("--out", bench.path("many"), "--threads", threads);
        assertSameTensors(bench.path("one/last.safetensors"), bench.path("many/last.safetensors"));
        assertSameTensors(bench.path("one/best.safetensors"), bench.path("many/best.safetensors"));
    }

    @Test
    void aLongerResumedRunEndsWhereALongRunEnds() throws IOException {
        bench.train("--out", bench.path("long"), "--epochs", 3);
        bench.train("--out", bench.path("run"), "--epochs", 1);
        Outcome outcome = bench.run("train", "--resume", bench.path("run"), "--epochs", 3, "--threads", 2, "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals(
                3, JsonMapper.shared().readTree(outcome.out()).get("epochs").asInt());
        assertSameTensors(bench.path("long/last.safetensors"), bench.path("run/last.safetensors"));
        assertEquals(3, Files.readAllLines(bench.path("run/metrics.jsonl")).size());
        assertTrue(
                Files.readString(bench.path("run/config.yaml")).contains("epochs: 3"), "the longer run stays longer");
    }

    @Test
    void resumingAFinishedRunTellsItsResultAgain() {
        Outcome first = bench.train("--out", bench.path("run"), "--json");
        Outcome again = bench.run("train", "--resume", bench.path("run"), "--json");
        assertEquals(0, again.exitCode(), again.err());
        assertEquals(
                JsonMapper.shared().readTree(first.out()).get("testErrorPercent"),
                JsonMapper.shared().readTree(again.out()).get("testErrorPercent"));
    }

    @Test
    void aRunCannotBecomeShorterThanItIs() {
        bench.train("--out", bench.path("run"), "--epochs", 2);
        Outcome outcome = bench.run("train", "--resume", bench.path("run"), "--epochs", 1);
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.err().contains("has done 2 epochs"), outcome.err());
    }

    @Test
    void aFinishedRunWithoutItsMetricsIsRefused() throws IOException {
        bench.train("--out", bench.path("run"), "--epochs", 1);
        Files.delete(bench.path("run/metrics.jsonl"));
        Outcome outcome = bench.run("train", "--resume", bench.path("run"));
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.err().contains("metrics"), outcome.err());
    }

    @Test
    void aFolderThatMayNotBeWrittenIsRefused() throws IOException {
        Path closed = Files.createDirectory(bench.path("closed"));
        assumeTrue(closed.toFile().setWritable(false) && !Files.isWritable(closed), "root may write everywhere");
        Outcome outcome = bench.train("--out", closed.resolve("run"));
        assertEquals(2, outcome.exitCode());
        assertTrue(outcome.err().contains(closed.toString()), outcome.err());
    }

    @Test
    void limitsAreRememberedByTheRun() {
        bench.train("--out", bench.path("run"), "--train-limit", 20, "--test-limit", 10, "--epochs", 1);
        Outcome outcome = bench.run("train", "--resume", bench.path("run"), "--epochs", 2, "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals(
                2 * (20 * 24 + 10 * 12),
                JsonMapper.shared().readTree(outcome.out()).get("sampleSteps").asLong());
    }

    @Test
    void whatIsHeldOutIsNotLearntFromAndIsRememberedByTheRun() {
        bench.train("--out", bench.path("run"), "--hold-out", 15, "--epochs", 1);
        Outcome outcome = bench.run("train", "--resume", bench.path("run"), "--epochs", 2, "--json");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals(
                2 * (45 * 24 + 15 * 12),
                JsonMapper.shared().readTree(outcome.out()).get("sampleSteps").asLong());
    }

    @Test
    void whatDoesNotFitTheBudgetIsRefusedBeforeAnythingIsMade() {
        Outcome outcome = bench.train("--out", bench.path("run"), "--max-memory", "10kB");
        assertEquals(3, outcome.exitCode());
        assertEquals("", outcome.out());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.err().contains("largest accounts: "), outcome.err());
        assertFalse(Files.exists(bench.path("run")));
    }

    @Test
    void theBudgetMayBeUsedToTheLastByte() {
        Outcome dry = bench.train("--dry-run", "--no-estimate", "--json");
        long bytes = JsonMapper.shared()
                .readTree(dry.out())
                .get("predictedOffHeapBytes")
                .asLong();
        assertEquals(
                3,
                bench.train("--out", bench.path("run"), "--max-memory", bytes - 1)
                        .exitCode());
        assertEquals(
                0,
                bench.train("--out", bench.path("run"), "--max-memory", bytes).exitCode());
    }

    @Test
    void aDryRunMakesNothing() {
        Outcome outcome = bench.train("--dry-run", "--estimate", 0.01, "--out", bench.path("run"));
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().contains("4×3×3"), outcome.out());
        assertTrue(outcome.out().contains("parameters"), outcome.out());
        assertFalse(Files.exists(bench.path("run")));
        assertEquals(3, bench.train("--dry-run", "--max-memory", "1kB").exitCode());
    }

    @Test
    void optionsAndSettingsAreTheSame() throws IOException {
        bench.train("--out", bench.path("a"), "--epochs", 1, "--batch", 9, "--seed", -4);
        bench.train(
                "--out",
                bench.path("b"),
                "--set",
                "training.epochs=1",
                "--set",
                "training.batch=9",
                "--set",
                "training.seed=-4");
        assertEquals(Files.readString(bench.path("a/config.yaml")), Files.readString(bench.path("b/config.yaml")));
        assertSameTensors(bench.path("a/last.safetensors"), bench.path("b/last.safetensors"));
    }

    @Test
    void trainingStartsFromGivenParameters() throws IOException {
        bench.train("--out", bench.path("run"), "--epochs", 1);
        Path last = bench.path("run/last.safetensors");
        Outcome outcome = bench.run(
                "train",
                "--init",
                last,
                "--data",
                bench.path("data"),
                "--out",
                bench.path("next"),
                "--set",
                "learning.rates=[0,0,0]");
        assertEquals(0, outcome.exitCode(), outcome.err());
        try (SafetensorsFile before = SafetensorsFile.open(last);
                SafetensorsFile after = SafetensorsFile.open(bench.path("next/last.safetensors"))) {
            assertArrayEquals(before.bytes("layers.0.weight"), after.bytes("layers.0.weight"));
        }
    }

    @Test
    void divergedTrainingFailsWithTheReason() {
        Outcome outcome = bench.train(
                "--out",
                bench.path("run"),
                "--quiet",
                "--set",
                "phases.beta=1e-40",
                "--set",
                "phases.scheme=one-sided");
        assertEquals(1, outcome.exitCode(), outcome.err());
        assertEquals("", outcome.out());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.err().contains("diverged"), outcome.err());
        assertEquals(0, bench.run("eval", "--model", bench.path("run")).exitCode(), "the state before is still there");
    }

    static void assertSameTensors(Path expected, Path found) throws IOException {
        try (SafetensorsFile a = SafetensorsFile.open(expected);
                SafetensorsFile b = SafetensorsFile.open(found)) {
            assertEquals(a.tensors().keySet(), b.tensors().keySet());
            for (String name : a.tensors().keySet()) {
                assertArrayEquals(a.bytes(name), b.bytes(name), name);
            }
        }
    }
}

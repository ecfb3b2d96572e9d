package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.cli.CommandHarness.Outcome;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.experiment.MachinePeak;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.training.TrainingState;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code bench} reports adds up, whatever the times are. */
class BenchCommandTest {
    @TempDir
    static Path folder;

    private static CommandHarness bench;

    @BeforeAll
    static void prepare() {
        bench = CommandHarness.in(folder);
    }

    private static Outcome run(Object... more) {
        List<Object> args = new ArrayList<>(List.of("bench", "--config", bench.path("net.yaml")));
        args.addAll(List.of("--data", bench.path("data"), "--seconds", 0.2, "--warm-up", 0.1));
        args.addAll(List.of(more));
        return bench.run(args.toArray());
    }

    private static JsonNode json(Object... more) {
        List<Object> args = new ArrayList<>(List.of(more));
        args.add("--json");
        Outcome outcome = run(args.toArray());
        assertEquals(0, outcome.exitCode(), outcome.err());
        return JsonMapper.shared().readTree(outcome.out());
    }

    private static double sum(JsonNode map) {
        double sum = 0;
        for (JsonNode value : map) {
            sum += value.asDouble();
        }
        return sum;
    }

    @Test
    void sharesAddUpToTheWhole() {
        for (int threads = 1; threads <= 3; threads++) {
            JsonNode json = json("--threads", threads, "--no-peak");
            assertEquals(1, sum(json.get("phaseShares")), 1e-9);
            assertEquals(
                    1,
                    sum(json.get("kernelShares")) + json.get("outsideKernels").asDouble(),
                    1e-9);
            assertTrue(json.get("outsideKernels").asDouble() > 0, json.toString());
            assertEquals(3, json.get("connections").size());
            double forward = 0;
            double backward = 0;
            double expectation = 0;
            double additions = 0;
            for (JsonNode connection : json.get("connections")) {
                forward += connection.get("forwardShare").asDouble();
                backward += connection.get("backwardShare").asDouble();
                expectation += connection.get("expectationShare").asDouble();
                additions += connection.get("additionsPerSampleStep").asDouble();
            }
            assertEquals(json.get("kernelShares").get("forward").asDouble(), forward, 1e-9);
            assertEquals(json.get("kernelShares").get("backward").asDouble(), backward, 1e-9);
            assertEquals(json.get("expectationShare").asDouble(), expectation, 1e-9);
            assertEquals(json.get("additionsPerSampleStep").asDouble(), additions, 1e-6);
            assertTrue(expectation > 0, json.toString());
            assertEquals(
                    0, json.get("connections").get(0).get("backwardShare").asDouble(), "nothing is sent to the image");
        }
    }

    @Test
    void rawTimesAndBytesAreThoseThatItSums() {
        JsonNode json = json("--no-peak");
        assertEquals(json.get("batches").asInt(), json.get("batchSeconds").size());
        assertEquals(json.get("seconds").asDouble(), sum(json.get("batchSeconds")), 1e-9);
        assertEquals(
                json.get("sampleSteps").asDouble() / json.get("seconds").asDouble(),
                json.get("sampleStepsPerSecond").asDouble(),
                1e-6);
        JsonNode bytes = json.get("bytesPerSampleStep");
        double near = bytes.get("weightRows").asDouble();
        double far = bytes.get("weights").asDouble();
        assertTrue(far > 0 && far <= near, bytes.toString());
        assertEquals(4 * json.get("additionsPerSampleStep").asDouble(), near, 1e-6);
        assertEquals(bytes.get("total").asDouble() - near, bytes.get("streamed").asDouble() - far, 1e-6);
        assertTrue(json.get("peak").isNull(), json.toString());
    }

    @Test
    void stepsThatImagesSaveAreNotCounted() {
        JsonNode all = json("--no-peak");
        assertEquals(0, all.get("stepsSavedPercent").asDouble());
        JsonNode json = json("--no-peak", "--set", "phases.settle={tolerance: 1, window: 1}");
        int perImage =
                json.get("freeSteps").asInt() + 2 * json.get("nudgeSteps").asInt();
        long images = json.get("batches").asLong() * json.get("batch").asLong();
        assertEquals(3 * images, json.get("sampleSteps").asLong());
        assertEquals(100 - 300.0 / perImage, json.get("stepsSavedPercent").asDouble(), 1e-9);
        assertTrue(json.get("freeStepsSavedPercent").asDouble() > 0, json.toString());
        assertTrue(json.get("nudgeStepsSavedPercent").asDouble() > 0, json.toString());
    }

    @Test
    void setsTrainingBesideTheMachinesPeak() {
        JsonNode json = json("--threads", 2);
        JsonNode peak = json.get("peak");
        assertEquals(2, peak.get("threads").asInt());
        double speed = json.get("sampleStepsPerSecond").asDouble();
        assertEquals(
                json.get("additionsPerSampleStep").asDouble()
                        * speed
                        / peak.get("additionsPerSecond").asDouble(),
                json.get("additionsOfPeak").asDouble(),
                1e-9);
        assertEquals(
                json.get("bytesPerSampleStep").get("streamed").asDouble()
                        * speed
                        / peak.get("bytesPerSecond").asDouble(),
                json.get("streamedOfPeak").asDouble(),
                1e-9);
        long predicted = TrainingState.plans(ConfigurationReader.read(bench.path("net.yaml"), List.of()), 2, 0).stream()
                .mapToLong(MemoryPlan::totalBytes)
                .sum();
        assertEquals(predicted, json.get("peakOffHeapBytes").asLong());
    }

    @Test
    void aBudgetBelowThePeaksStreamsIsRefusedBeforeItBegins() {
        long bytes = MachinePeak.plan(1).totalBytes();
        assertEquals(3, run("--threads", 1, "--max-memory", bytes - 1).exitCode());
        assertEquals(
                0, run("--threads", 1, "--max-memory", bytes - 1, "--no-peak").exitCode());
    }

    /** Almost without learning, as how many batches fit the time would decide what the weights have become. */
    private static double firingOfTheFirstLayer(double gain) {
        return json("--no-peak", "--gain", gain, "--set", "learning.rates=[1.0E-12, 1.0E-12, 1.0E-12]")
                .get("firingRates")
                .get(1)
                .asDouble();
    }

    @Test
    void aGainChangesFiringRates() {
        assertTrue(firingOfTheFirstLayer(4) > firingOfTheFirstLayer(0.01) + 0.01);
        assertEquals(2, run("--gain", 0).exitCode());
        assertEquals(2, run("--gain", "NaN").exitCode());
    }

    @Test
    void linesForPeopleNameEveryPart() {
        Outcome outcome = run();
        assertEquals(0, outcome.exitCode(), outcome.err());
        for (String part : List.of("outside kernels", "layers.2: forward", "weight rows", "This machine at most")) {
            assertTrue(outcome.out().contains(part), outcome.out());
        }
    }

    /** Where the system lets the profiler in there is a graph; elsewhere there is one sentence. */
    @Test
    void aProfileIsAFlameGraphOrASentence() throws Exception {
        Path file = bench.path("flames.html");
        Outcome outcome = run("--no-peak", "--profile", file);
        if (outcome.exitCode() == 0) {
            String graph = Files.readString(file);
            assertTrue(graph.contains("<html") && graph.contains("equipoise"), "a flame graph");
        } else {
            assertEquals(1, outcome.exitCode(), outcome.err());
            assertEquals(1, outcome.err().lines().count(), outcome.err());
            assertTrue(outcome.err().contains("profiler"), outcome.err());
        }
        Outcome nowhere = run("--no-peak", "--profile", bench.path("no folder/flames.html"));
        assertEquals(2, nowhere.exitCode());
        assertFalse(nowhere.err().isBlank());
    }
}

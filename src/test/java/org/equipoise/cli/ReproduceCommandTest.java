package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

class ReproduceCommandTest {
    @TempDir
    Path folder;

    private CommandHarness bench;

    @BeforeEach
    void files() {
        bench = CommandHarness.in(folder);
    }

    private Outcome reproduce(Object... words) {
        Stream<Object> places = Stream.of("--out", bench.path("out"), "--runs", bench.path("runs"));
        return bench.run(Stream.of(Stream.of("reproduce"), Arrays.stream(words), places)
                .flatMap(part -> part)
                .toArray());
    }

    private Outcome tiny(Object... words) {
        Stream<Object> network =
                Stream.of("--config", bench.path("net.yaml"), "--data", bench.path("data"), "--images", 5);
        return reproduce(Stream.concat(Arrays.stream(words), network).toArray());
    }

    private List<List<String>> csv(String name) throws Exception {
        List<List<String>> rows = new ArrayList<>();
        for (String line : Files.readAllLines(bench.path("out/" + name))) {
            rows.add(List.of(line.split(",", -1)));
        }
        return rows;
    }

    private JsonNode json(Outcome outcome) {
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals(1, outcome.out().lines().count());
        return JsonMapper.shared().readTree(outcome.out());
    }

    @Test
    void figuresHoldEveryStepAndLayerOfEveryNetwork() throws Exception {
        Outcome outcome = tiny("fig1", "fig2", "fig3", "--json");
        JsonNode json = json(outcome);
        assertTrue(json.get("complete").asBoolean());
        assertEquals(3, json.get("results").size());
        // 11 of 12 free steps and 6 nudged ones; one layer pools, two of three are hidden, and three networks have
        // indices.
        assertEquals(1 + 3 * 17, csv("fig1.csv").size());
        assertEquals(1 + 4 * 17 * 2, csv("fig2.csv").size());
        assertEquals(1 + 4 * 17 * 3, csv("fig3.csv").size());
        double sum = 0;
        for (List<String> row : csv("fig2.csv")) {
            if (row.getFirst().equals("spiking-max")
                    && row.get(1).equals("nudge")
                    && row.get(3).equals("1")) {
                sum += Double.parseDouble(row.get(6));
            }
        }
        String line = Files.readAllLines(bench.path("out/fig2.md")).stream()
                .filter(text -> text.startsWith("| spikes, maximum | conv 1 |"))
                .findFirst()
                .orElseThrow();
        assertEquals(sum / 6, Double.parseDouble(line.split("\\|")[4].strip()), 0.001, line);
        for (String name : List.of("fig1", "fig2", "fig3")) {
            String page = Files.readString(bench.path("out/" + name + ".md"));
            assertTrue(page.contains("2 of 2 epochs of all 60 images"), page);
            assertTrue(page.contains("`./equipoise reproduce " + name + " --config "), page);
            assertTrue(ImageIO.read(bench.path("out/" + name + ".png").toFile()).getWidth() > 100);
        }
    }

    @Test
    void givenParametersAreWatchedInsteadOfTrainedOnes() throws Exception {
        assertEquals(0, bench.train("--out", bench.path("run")).exitCode());
        Outcome outcome = reproduce("fig3", "--model", bench.path("run"), "--data", bench.path("data"), "--images", 5);
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().contains("all with the parameters of run/last.safetensors"), outcome.out());
        assertTrue(Files.notExists(bench.path("runs")), "nothing is trained");
        // Without spikes nothing is quantised.
        for (List<String> row : csv("fig3.csv")) {
            if (row.getFirst().equals("rate-max")) {
                assertEquals(row.subList(5, 7), row.subList(7, 9));
            }
        }
    }

    @Test
    void alphaIsWhatTheGradientCheckFindsWithTheTrainedParameters() throws Exception {
        JsonNode json = json(tiny("alpha", "--json"));
        JsonNode rows = json.get("results").get(0).get("rows");
        assertEquals(4 * 3, rows.size());
        for (JsonNode row : rows) {
            if (row.get("upsampling").asString().equals("2.0")) {
                Outcome check = bench.run(
                        "gradcheck",
                        "--model",
                        bench.path("runs/net-on-data-alpha-2.0"),
                        "--data",
                        bench.path("data"),
                        "--images",
                        5,
                        "--out",
                        bench.path("check"),
                        "--json");
                JsonNode layer = JsonMapper.shared()
                        .readTree(check.out())
                        .get("spiking")
                        .get(0)
                        .get("layers")
                        .get(row.get("layer").asInt() - 1);
                assertEquals(layer.get("cosine").asDouble(), row.get("cosine").asDouble());
                assertEquals(
                        layer.get("normRatio").asDouble(), row.get("normRatio").asDouble());
            }
            if (row.get("upsampling").asString().equals("exact")) {
                assertEquals(0.25, row.get("alpha").asDouble());
                assertEquals(
                        row.get("cosine").asDouble(), row.get("commonCosine").asDouble());
            }
        }
        List<String> metrics = Files.readAllLines(bench.path("runs/net-on-data-alpha-0.5/metrics.csv"));
        assertEquals(
                Double.parseDouble(metrics.getLast().split(",")[4]),
                rows.get(3).get("testErrorPercent").asDouble());
    }

    @Test
    void depthTellsWhatARunCost() throws Exception {
        Outcome outcome = tiny("depth", "--epochs", 3);
        assertEquals(0, outcome.exitCode(), outcome.err());
        List<String> metrics = Files.readAllLines(bench.path("runs/net-on-data/metrics.csv"));
        List<List<String>> rows = csv("depth.csv");
        assertEquals(metrics.size(), rows.size());
        for (int epoch = 1; epoch <= 3; epoch++) {
            List<String> expected = List.of(metrics.get(epoch).split(","));
            assertEquals(expected.get(2), rows.get(epoch).get(2));
            assertEquals(expected.get(4), rows.get(epoch).get(3));
        }
        String page = Files.readString(bench.path("out/depth.md"));
        assertTrue(page.contains("4 × 3 × 3, 6 × 1 × 1, 3 × 1 × 1; 283 parameters"), page);
        assertTrue(page.contains("3 of 3 epochs of all 60 images"), page);
    }

    @Test
    void gapShowsWhereRungsPart() throws Exception {
        String network =
                CommandHarness.NETWORK.lines().findFirst().orElseThrow().replaceFirst(": ", "=");
        bench.write("ladder.yaml", """
                preset: quick
                hold-out: 10
                epochs: 2
                seeds: [4, 5]
                set: ['%s', 'learning.rates=[0.2, 0.1, 0.1]', phases.free=12, phases.nudge=6, training.batch=7]
                rungs:
                  - {name: rate, says: rate neurons, set: ['neuron={kind: rate, epsilon: 0.2}']}
                  - {name: weak, set: [network.feedback=0.5]}
                  - {name: other, from: rate, init: weak, epochs: 1, set: [phases.beta=0.3]}
                """.formatted(network));
        JsonNode json =
                json(reproduce("gap", "--ladder", bench.path("ladder.yaml"), "--data", bench.path("data"), "--json"));
        JsonNode result = json.get("results").get(0);
        assertEquals(6, result.get("rows").size());
        assertEquals(result, JsonMapper.shared().readTree(Files.readString(bench.path("out/gap.json"))));
        List<String> metrics =
                Files.readAllLines(bench.path("runs/gap-weak-on-data-epochs2-holdout10-seed5/metrics.csv"));
        JsonNode row = result.get("rows").get(3);
        assertEquals("weak", row.get("rung").asString());
        assertEquals(5, row.get("seed").asInt());
        assertEquals(
                Double.parseDouble(metrics.getLast().split(",")[4]),
                row.get("heldOutErrorPercent").asDouble());
        assertEquals(24, row.get("stepsPerImage").asDouble());
        assertEquals(7, csv("gap.csv").size());
        String page = Files.readString(bench.path("out/gap.md"));
        assertTrue(page.contains("| `weak` | `rate` | network.feedback=0.5 |"), page);
        assertTrue(page.contains(" ± "), page);
        assertTrue(page.contains("1 of 1 epochs of all 50 images, tested on all 10 images of "), page);
        assertTrue(ImageIO.read(bench.path("out/gap.png").toFile()).getWidth() > 100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fig4 | There is nothing called 'fig4' to reproduce",
                "table2 --rows paper | There is no row 'paper' in table2",
                "fig1 --rows paper-mnist | --rows was given without table2",
                "gap --rungs rate-0.1,rate-0.3 | There is no rung 'rate-0.3', perhaps 'rate-0.1' was meant",
                "gap --preset quick | was given with gap where --ladder was expected",
                "gap --ladder nowhere.yaml | The ladder nowhere.yaml cannot be read",
                "fig1 --rungs rate-0.1 | --rungs or --ladder was given without gap",
                "fig1 --seeds 1,2 | --seeds was given where table2 alone was expected",
                "table2 --seeds 1,2 --seed 3 | --seeds was given with --seed where one of them was expected",
                "table2 --seeds 1,2,1 | --seeds has one seed twice where different ones were expected",
                "table2 --seeds 1,x | 'x' was given where a whole number of 64 bits was expected",
                "table2 --preset quick | was given with table2 where --rows was expected",
                "alpha --model x.safetensors | --model was given with targets that train",
                "fig1 --preset paper-mnist-crnn --data digits | neuron.kind is not sigma-delta",
                "fig1 --set phases.free=3 | --set was given without a network",
                "table2 --rows paper-mnist --data nowhere/there | There is no folder",
                "fig1 --quick --images 0 | a whole number of at least 1 was expected",
            })
    void badInputEndsInASentence(String words, String sentence) {
        Outcome outcome = reproduce((Object[]) words.split(" "));
        assertEquals(2, outcome.exitCode(), outcome.err());
        assertTrue(outcome.err().contains(sentence), outcome.err());
        assertEquals("", outcome.out());
        assertTrue(Files.notExists(bench.path("runs")), "nothing is begun");
    }
}

package org.equipoise.bench.scaling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.equipoise.config.Configuration;
import org.equipoise.config.Presets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Fits the model to what {@link Probe} has measured, and writes down both. */
final class ScalingReport {
    /** The paper's network, and one for images of the size of CIFAR's. */
    private static final List<String> NETWORKS = List.of("paper-mnist", "laborieux-cifar10");

    /** A server of our day against the one thread that was measured. */
    private static final int SERVER = 32;

    private final List<JsonNode> lines;
    private final StringBuilder text = new StringBuilder();

    ScalingReport(List<JsonNode> lines) {
        this.lines = lines;
    }

    /**
     * @param arguments the file of measurements, then the file to write
     * @throws IOException if one cannot be read or the other not be written
     */
    public static void main(String[] arguments) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            lines.add(JsonMapper.shared().readTree(line));
        }
        Files.writeString(Path.of(arguments[1]), new ScalingReport(lines).markdown());
    }

    String markdown() {
        text.append("""
                # How far shared training scales

                Made by `bench/scaling`, which measures this machine and fits a model to it; `measurements.jsonl` has every line.
                """);
        lines.stream().filter(line -> is(line, "machine")).forEach(line -> {
            text.append("\n| | |\n|---|---|\n");
            line.properties().stream()
                    .filter(entry -> !entry.getKey().equals("what"))
                    .forEach(entry -> row(entry.getKey(), entry.getValue().asString()));
            if (Double.parseDouble(line.get("load before").asString()) > 1) {
                text.append(
                        "\nOther programs ran until shortly before, by the load average, or still ran: then these figures are too slow.\n");
            }
        });
        trained();
        Network loopback = Network.fit("this machine's loopback", exchanges());
        exchanged(loopback);
        forecasts(loopback);
        return text.toString();
    }

    private void trained() {
        text.append("""

                ## Ranks on this machine

                Whole batches, one thread a rank. Ranks beyond the machine's processors share them, so that no speed can be gained by them.
                *Exchanging* is the time that a rank spends in MPI, waiting for slower ranks included, and is part of the time of a batch.

                | preset | images | steps | ranks | s a batch | against one rank | exchanging, s | of the batch | sent by all, bytes |
                |---|---|---|---|---|---|---|---|---|
                """);
        for (JsonNode line : of("training")) {
            if (line.get("steps").asInt() != wholeSteps(line)) {
                continue;
            }
            double seconds = line.get("secondsPerBatch").asDouble();
            double exchange = line.get("exchangeSecondsPerBatch").asDouble();
            double alone = of("training").stream()
                    .filter(other -> other.get("ranks").asInt() == 1
                            && other.get("preset").equals(line.get("preset"))
                            && other.get("images").equals(line.get("images"))
                            && other.get("steps").equals(line.get("steps")))
                    .mapToDouble(other -> other.get("secondsPerBatch").asDouble())
                    .findFirst()
                    .orElse(Double.NaN);
            row(
                    line.get("preset").asString(),
                    line.get("images").asString(),
                    line.get("steps").asString(),
                    line.get("ranks").asString(),
                    format("%.3f", seconds),
                    format("%.2f ×", alone / seconds),
                    format("%.4f", exchange),
                    format("%.1f %%", 100 * exchange / seconds),
                    format("%,d", line.get("exchangedBytesPerBatch").asLong()));
        }
    }

    private static int wholeSteps(JsonNode line) {
        return Presets.read(line.get("preset").asString(), List.of()).stepsPerExample();
    }

    private List<Network.Sample> exchanges() {
        return of("exchange").stream()
                .map(line -> new Network.Sample(
                        line.get("ranks").asInt(),
                        line.get("bytes").asLong(),
                        line.get("seconds").asDouble()))
                .toList();
    }

    private void exchanged(Network loopback) {
        text.append("""

                ## Exchanging alone

                Sums of one piece with nothing computed meanwhile, and what the model `2 · latency · log2(ranks) + bytes sent / bandwidth`
                makes of them; a rank sends `2 · (ranks − 1) / ranks` of the bytes of the sum.

                | ranks | bytes | measured, ms | model, ms |
                |---|---|---|---|
                """);
        for (Network.Sample sample : exchanges()) {
            double model = loopback.seconds(sample.ranks(), 0, sample.bytes());
            row(
                    Integer.toString(sample.ranks()),
                    format("%,d", sample.bytes()),
                    format("%.4f", 1000 * sample.seconds()),
                    format("%.4f", 1000 * model));
        }
        text.append(format(
                "%nFitted by least squares of the relative error: a latency of %.1f µs and %.2f GB/s.%n",
                1e6 * loopback.latency(), loopback.bytesPerSecond() / 1e9));
    }

    private void forecasts(Network loopback) {
        List<Network> networks = new ArrayList<>(List.of(loopback));
        networks.addAll(Network.ASSUMED);
        text.append(format("""

                ## Where it stops

                A batch takes `b + n (g + s c)` seconds on a machine that has `n` of its images and takes `s` steps, fitted to batches of a
                few images and steps on one thread, and then the exchange, of which nothing is taken to hide behind the computing. The
                *machines* are as many as are still used for half: `t(1) / (N t(N)) ≥ 0.5`, with at most one machine an image. As fast as
                one thread here, or %d times as fast, which stands for a server with as many cores whose threads do not hold each other up
                (measured here they do, so that a real server computes longer and scales further).

                | preset | b, ms | g, ms | c, ms | images | steps | gradient, MB |
                |---|---|---|---|---|---|---|
                """, SERVER));
        for (String preset : NETWORKS) {
            if (samples(preset).size() >= 3) {
                Configuration configuration = Presets.read(preset, List.of());
                Computing computing = Computing.fit(samples(preset));
                row(
                        preset,
                        format("%.2f", 1000 * computing.perBatch()),
                        format("%.3f", 1000 * computing.perImage()),
                        format("%.4f", 1000 * computing.perStep()),
                        Integer.toString(configuration.training().batch()),
                        Integer.toString(configuration.stepsPerExample()),
                        format("%.1f", first(preset).get("gradientBytes").asLong() / 1e6));
            }
        }
        text.append("""

                | preset | machine | network | latency, µs | GB/s | machines | speed-up there | s a batch there | what stops it |
                |---|---|---|---|---|---|---|---|---|
                """);
        for (String preset : NETWORKS) {
            if (samples(preset).size() >= 3) {
                for (int speed : List.of(1, SERVER)) {
                    for (Network network : networks) {
                        forecast(preset, speed, network);
                    }
                }
            }
        }
        text.append("""

                Assumed besides: all machines are alike and none waits for another, images take the same steps, the network carries the traffic of
                all machines at once at full speed in both directions, and float32 is exchanged (16 bits halve the bytes). The latencies and
                bandwidths of networks that are not here are what such networks commonly give to MPI; only the loopback is measured. A larger
                batch moves every limit in proportion.
                """);
    }

    private void forecast(String preset, int speed, Network network) {
        Configuration configuration = Presets.read(preset, List.of());
        JsonNode line = first(preset);
        int batch = configuration.training().batch();
        Forecast forecast = new Forecast(
                Computing.fit(samples(preset)).faster(speed),
                network,
                batch,
                configuration.stepsPerExample(),
                line.get("pieces").asInt(),
                line.get("gradientBytes").asLong());
        int most = forecast.mostMachines();
        row(
                preset,
                speed == 1 ? "one thread" : speed + " × that",
                network.name(),
                format("%.1f", 1e6 * network.latency()),
                format("%.2f", network.bytesPerSecond() / 1e9),
                Integer.toString(most),
                format("%.1f ×", forecast.speedUp(most)),
                format("%.4f", forecast.seconds(most)),
                most == batch ? "no more images" : "the exchange and uneven shares");
    }

    private List<Computing.Sample> samples(String preset) {
        return of("training").stream()
                .filter(line -> line.get("ranks").asInt() == 1
                        && line.get("preset").asString().equals(preset))
                .map(line -> new Computing.Sample(
                        line.get("images").asInt(),
                        line.get("steps").asInt(),
                        line.get("secondsPerBatch").asDouble()))
                .toList();
    }

    private JsonNode first(String preset) {
        return of("training").stream()
                .filter(line -> line.get("preset").asString().equals(preset))
                .findFirst()
                .orElseThrow();
    }

    private List<JsonNode> of(String what) {
        return lines.stream().filter(line -> is(line, what)).toList();
    }

    private static boolean is(JsonNode line, String what) {
        return line.get("what").asString().equals(what);
    }

    private void row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}

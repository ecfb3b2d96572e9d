package org.equipoise.bench.sweep;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.equipoise.kernel.KernelSelection;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures how the speed of training depends on batch, free steps, vector width, threads and firing rates: every setting in a
 * process of its own, all settings in every round, every other round backwards, so that a machine that slows down meanwhile does not
 * favour any. {@code bench/run sweep} starts it.
 */
public final class Sweep {
    private static final String LINES = "sweep.jsonl";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final SweepOptions options;

    private Sweep(SweepOptions options) {
        this.options = options;
    }

    /**
     * @param args options of the sweep, then perhaps {@code --} and arguments for every {@code equipoise bench}
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        try {
            Path home = Path.of(System.getProperty("equipoise.bench.home", ""));
            int widest = KernelSelection.ofThisJvm().vectorBits();
            SweepOptions options = SweepOptions.parse(home, widest, args);
            Sweep sweep = new Sweep(options);
            Files.createDirectories(options.out());
            if (!options.reportOnly()) {
                sweep.run(settings(options, widest));
            }
            sweep.report();
        } catch (SweepOptions.Misuse e) {
            System.err.println(e.getMessage());
            System.exit(2);
        } catch (Failure e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /** A measurement that failed; the message is one sentence. */
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure(String message) {
            super(message);
        }
    }

    /** {@return every setting once, the base first} */
    static List<Setting> settings(SweepOptions options, int widest) {
        Set<Setting> settings = new LinkedHashSet<>();
        settings.add(options.base());
        for (Dimension dimension : options.dimensions()) {
            settings.addAll(dimension.about(options.base(), widest));
        }
        if (options.model() != null) {
            settings.add(options.base().fromTheModel());
        }
        return List.copyOf(settings);
    }

    private void run(List<Setting> settings) throws IOException, InterruptedException {
        Path file = options.out().resolve(LINES);
        Files.writeString(file, JSON.writeValueAsString(Map.of("machine", MachineDescription.now())) + "\n");
        for (int round = 0; round < options.rounds(); round++) {
            List<Setting> order = new ArrayList<>(settings);
            if (round % 2 == 1) {
                Collections.reverse(order);
            }
            for (Setting setting : order) {
                Measurement measurement = measure(round, setting);
                // Line by line, so that a sweep that is stopped leaves what it has measured.
                Files.writeString(file, JSON.writeValueAsString(measurement) + "\n", StandardOpenOption.APPEND);
                System.err.printf(
                        "round %d/%d  %,9.0f sample-steps/s  %s%n",
                        round + 1, options.rounds(), measurement.sampleStepsPerSecond(), setting);
            }
        }
    }

    private Measurement measure(int round, Setting setting) throws IOException, InterruptedException {
        List<String> command = setting.command(options);
        double load = MachineDescription.load();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out;
        try (InputStream in = process.getInputStream()) {
            out = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        int exit = process.waitFor();
        JsonNode report = exit == 0 ? json(out) : null;
        if (report == null || !report.path("sampleStepsPerSecond").isNumber()) {
            throw new Failure("'" + String.join(" ", command) + "' ended with exit code " + exit
                    + " where 0 and one JSON object with sampleStepsPerSecond were expected.");
        }
        return new Measurement(round, setting, command, load, report);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            return JSON.nullNode();
        }
    }

    private void report() throws IOException {
        Path file = options.out().resolve(LINES);
        if (!Files.isRegularFile(file)) {
            throw new SweepOptions.Misuse(file + " is not there; a sweep without --report makes it.");
        }
        List<String> lines = Files.readAllLines(file);
        JsonNode machine = JSON.readTree(lines.getFirst()).path("machine");
        List<Measurement> measurements = lines.stream()
                .skip(1)
                .map(line -> JSON.readValue(line, Measurement.class))
                .toList();
        SweepReport report = new SweepReport(machine, measurements);
        String text = report.markdown();
        Files.writeString(options.out().resolve("sweep.md"), text);
        report.draw(options.out().resolve("sweep.png"));
        System.out.println(text);
    }

    /** {@return the middle of some values} */
    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}

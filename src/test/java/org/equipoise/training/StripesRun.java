package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.Dataset;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A run of a tiny network on stripes: three epochs of five batches, some milliseconds each. */
record StripesRun(Path folder, Configuration configuration) {
    static final int BATCHES = 5;
    static final Duration NEVER = Duration.ofDays(1);
    static final Duration ALWAYS = Duration.ZERO;

    static final String SETTINGS = """
            network: {input: [1, 6, 6], layers: [{conv: 3, kernel: 3, pool: avg2}, {linear: 3}], upsampling: exact}
            neuron: {kind: sigma-delta, epsilon: 0.3, lambda: 0.6}
            phases: {free: 8, nudge: 4, beta: 0.9}
            learning: {rates: [0.2, 0.1], momentum: 0.9, rate-schedule: cosine}
            training: {batch: 4, epochs: 3}
            """;

    static StripesRun in(Path folder, String... overrides) {
        return new StripesRun(folder, ConfigurationReader.read(SETTINGS, "test", List.of(overrides)));
    }

    private static ImageSet images(int count, int shade) {
        byte[] pixels = new byte[count * 36];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % 3);
            for (int p = 0; p < 36; p++) {
                pixels[i * 36 + p] = (byte) ((p + i) % (labels[i] + 2) == 0 ? 255 : shade);
            }
        }
        return ImageSet.of(
                "stripes", new IdxArray(new int[] {count, 6, 6}, pixels), new IdxArray(new int[] {count}, labels), 3);
    }

    static Dataset dataset() {
        return new Dataset("stripes", images(18, 0), images(9, 0), List.of("0", "1", "2"), "none", "made here");
    }

    static Machine machine(int threads) {
        return new Machine(KernelSelection.ofThisJvm().kernels(), threads, Ledger.unlimited());
    }

    TrainingRun begin() {
        return begin(machine(2));
    }

    TrainingRun begin(Machine machine) {
        return TrainingRun.begin(configuration, dataset(), machine, () -> folder, null);
    }

    TrainingRun resume(Machine machine) {
        RunDirectory directory = directory();
        return TrainingRun.resume(directory, directory.configuration(List.of()), dataset(), machine);
    }

    RunDirectory directory() {
        return RunDirectory.open(folder);
    }

    /** Trains to the end, or until it is stopped, and saves after every batch. */
    static TrainingResult train(TrainingRun run, BooleanSupplier stop) {
        try (run) {
            return run.train(stop, ALWAYS, TrainingListener.SILENT);
        }
    }

    /** Goes on to the end. */
    void finish() {
        assertTrue(train(resume(machine(1)), () -> false).complete());
    }

    /** All that a run's end has in common with every other end of the same run. */
    List<String> end() throws IOException {
        RunCheck check = RunCheck.of(folder);
        assertEquals(List.of(), check.findings());
        List<String> end = new ArrayList<>();
        check.checkpoints().forEach(checkpoint -> end.add(checkpoint.file() + " " + checkpoint.stateSha256()));
        for (String line : Files.readAllLines(folder.resolve("metrics.jsonl"))) {
            ObjectNode metrics = (ObjectNode) JsonMapper.shared().readTree(line);
            end.add(metrics.remove(List.of("seconds", "sampleStepsPerSecond", "memory", "exchange"))
                    .toString());
        }
        return end;
    }

    StripesRun copy(Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return new StripesRun(to, configuration);
    }

    Path file(String name) {
        return folder.resolve(name);
    }
}

package org.equipoise.reliability;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.cli.Main;
import org.equipoise.training.RunCheck;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A training run of a second or two on the bundled digits that saves itself after every batch, so that about half of its time goes
 * into writing checkpoints of some 200 KB.
 *
 * @param configuration the file of its settings
 * @param epochs how many epochs it has
 */
record SmallRun(Path configuration, int epochs) {
    private static final String SETTINGS = """
            network: {input: [1, 28, 28], layers: [{conv: 4, kernel: 5, stride: 3}, {linear: 96}, {linear: 10}]}
            neuron: {kind: sigma-delta, epsilon: 0.5, lambda: 0.6}
            phases: {free: 5, nudge: 3, beta: 0.9}
            learning: {rates: [0.2, 0.1, 0.1], momentum: 0.5, rate-schedule: cosine}
            training: {batch: 10, epochs: %d, seed: 7}
            """;

    /** Metrics that differ from run to run. */
    private static final List<String> OF_THE_MACHINE = List.of("seconds", "sampleStepsPerSecond", "memory");

    static SmallRun in(Path folder, int epochs) throws IOException {
        Path file = Files.writeString(folder.resolve("small.yaml"), SETTINGS.formatted(epochs));
        return new SmallRun(file, epochs);
    }

    /** The command that begins a run, or goes on with it where there is a checkpoint to go on from. */
    List<String> command(Path run, int threads) {
        List<String> command = new ArrayList<>(List.of("train", "--threads", Integer.toString(threads)));
        command.addAll(List.of("--checkpoint-minutes", "0"));
        if (hasCheckpoint(run)) {
            command.addAll(List.of("--resume", run.toString()));
        } else {
            command.addAll(List.of("--config", configuration.toString(), "--data", "digits"));
            command.addAll(List.of("--train-limit", "60", "--test-limit", "20", "--out", run.toString()));
        }
        return command;
    }

    static boolean hasCheckpoint(Path run) {
        return Files.exists(run.resolve("last.safetensors"));
    }

    /** Trains to the end in this process. */
    void finish(Path run, int threads) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(err, true, StandardCharsets.UTF_8);
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        int exitCode = Main.run(command(run, threads).toArray(String[]::new), nowhere, to);
        if (exitCode != 0) {
            throw new AssertionError(run + " ended with " + exitCode + ": " + err.toString(StandardCharsets.UTF_8));
        }
    }

    /** Reads every byte of a run directory and fails if anything is wrong with it. */
    static RunCheck requireSound(Path run) {
        RunCheck check = RunCheck.of(run);
        if (!check.sound()) {
            throw new AssertionError("After a kill: " + check.findings());
        }
        return check;
    }

    /** All that a finished run must have in common with every other: the states of its checkpoints, and its metrics but for times. */
    static List<String> fingerprint(Path run) throws IOException {
        List<String> lines = new ArrayList<>();
        requireSound(run).checkpoints().stream()
                .filter(checkpoint -> !checkpoint.file().startsWith("previous"))
                .forEach(checkpoint -> lines.add(checkpoint.file() + " " + checkpoint.stateSha256()));
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            ObjectNode metrics = (ObjectNode) JsonMapper.shared().readTree(line);
            lines.add(metrics.remove(OF_THE_MACHINE).toString());
        }
        return lines;
    }

    static void copy(Path run, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(run)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    static void delete(Path run) throws IOException {
        if (Files.exists(run)) {
            try (Stream<Path> files = Files.list(run)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(run);
        }
    }
}

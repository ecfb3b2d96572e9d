package org.equipoise.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.Dataset;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.SafetensorsWriter;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.BudgetExceededException;
import org.equipoise.memory.Ledger;
import org.equipoise.training.Machine;
import org.equipoise.training.RunCheck;
import org.equipoise.training.RunDirectory;
import org.equipoise.training.TrainingListener;
import org.equipoise.training.TrainingRun;

/**
 * The folder of a whole run of which one file is the input. The first byte says which; a checkpoint may be given as lines {@code
 * key=value} of its metadata, which are then sealed by its checksum here.
 */
public final class RunFuzz {
    private static final List<String> FILES =
            List.of("metrics.jsonl", "metrics.csv", "config.yaml", "provenance.json", "last.safetensors");
    private static final String LAST = "last.safetensors";
    private static final Ledger BOOKS = new Ledger(1 << 20);
    private static final Scratch SCRATCH = new Scratch("none");
    private static final Map<Path, byte[]> WHOLE = new LinkedHashMap<>();

    private RunFuzz() {}

    /**
     * @param input which file, and its content
     * @throws IOException if the temporary folder cannot be written
     */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        restore();
        byte[] content = Arrays.copyOfRange(input, 1, input.length);
        int which = Math.floorMod(input[0], FILES.size() + 1);
        if (which < FILES.size()) {
            Files.write(SCRATCH.folder().resolve(FILES.get(which)), content);
        } else {
            seal(new String(content, StandardCharsets.UTF_8));
        }
        RunDirectory run = new RunDirectory(SCRATCH.folder());
        RunCheck.of(run.folder());
        Outcome.of(content, run::metrics);
        Outcome.of(content, () -> run.configuration(List.of()));
        if (which >= FILES.indexOf(LAST)) {
            Outcome.of(content, () -> resume(run));
        }
        if (BOOKS.currentBytes() != 0) {
            throw new AssertionError("Left in the ledger: " + BOOKS.openPlans());
        }
    }

    private static void resume(RunDirectory run) {
        Configuration configuration = run.configuration(List.of());
        try {
            TrainingRun.resume(run, configuration, dataset(), machine()).close();
        } catch (BudgetExceededException e) {
            // Settings of a network that is too large.
        }
    }

    private static void seal(String lines) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter().checksummed();
        Map<String, String> metadata = new LinkedHashMap<>();
        try (SafetensorsFile file = SafetensorsFile.read(whole(LAST), "whole")) {
            file.metadata().forEach((key, value) -> {
                if (!key.equals("equipoise.sha256")) {
                    metadata.put(key, value);
                }
            });
            lines.lines().forEach(line -> {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("equipoise.sha256")) {
                    metadata.put(
                            line.substring(0, equals),
                            line.substring(equals + 1).replace("\\n", "\n"));
                }
            });
            metadata.forEach(writer::metadata);
            file.tensors().forEach((name, entry) -> writer.add(name, entry.shape(), file.floats(name)));
        }
        writer.writeTo(SCRATCH.folder().resolve(LAST));
    }

    private static byte[] whole(String name) {
        return WHOLE.get(SCRATCH.folder().resolve(name));
    }

    private static void restore() throws IOException {
        if (WHOLE.isEmpty()) {
            train();
            for (Path file : SCRATCH.files()) {
                WHOLE.put(file, Files.readAllBytes(file));
            }
        }
        for (Path file : SCRATCH.files()) {
            if (!WHOLE.containsKey(file)) {
                Files.delete(file);
            }
        }
        for (Map.Entry<Path, byte[]> file : WHOLE.entrySet()) {
            if (!Files.exists(file.getKey()) || !Arrays.equals(Files.readAllBytes(file.getKey()), file.getValue())) {
                Files.write(file.getKey(), file.getValue());
            }
        }
    }

    private static void train() {
        Configuration configuration = ConfigurationReader.read("""
                network: {input: [1, 2, 2], layers: [{linear: 2}]}
                phases: {free: 2, nudge: 1, beta: 0.5}
                learning: {rates: [0.1]}
                training: {batch: 2, epochs: 3}
                """, "here", List.of());
        int[] batches = {0};
        try (TrainingRun run = TrainingRun.begin(configuration, dataset(), machine(), SCRATCH::folder, null)) {
            run.train(() -> batches[0]++ >= 4, Duration.ofDays(1), TrainingListener.SILENT);
        }
    }

    private static Machine machine() {
        return new Machine(Kernels.scalar(), 1, BOOKS);
    }

    private static Dataset dataset() {
        byte[] pixels = {0, 50, 100, (byte) 150, (byte) 200, (byte) 250, 10, 20, 30, 40, 60, 70, 80, 90, 110, 120};
        ImageSet images = ImageSet.of(
                "squares",
                new IdxArray(new int[] {4, 2, 2}, pixels),
                new IdxArray(new int[] {4}, new byte[] {0, 1, 0, 1}),
                2);
        return new Dataset("squares", images, images, List.of("0", "1"), "none", "made here");
    }
}

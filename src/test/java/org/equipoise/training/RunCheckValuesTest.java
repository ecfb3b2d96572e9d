package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.SafetensorsWriter;
import org.equipoise.training.RunCheck.Finding;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints whose checksum is right and whose content is not. */
class RunCheckValuesTest {
    private static final String LAST = "last.safetensors";

    @TempDir
    Path folder;

    private StripesRun run = StripesRun.in(Path.of(""));

    @BeforeEach
    void train() {
        run = StripesRun.in(folder.resolve("run"), "training.epochs=1");
        StripesRun.train(run.begin(), () -> false);
    }

    /** Writes the last checkpoint with one tensor left out or another in its place, and some text of the metadata changed. */
    private List<Finding> findings(String tensor, Function<float[], float[]> change, String key, String text) {
        SafetensorsWriter writer = new SafetensorsWriter().checksummed();
        try (SafetensorsFile file = SafetensorsFile.open(run.file(LAST))) {
            file.tensors().forEach((name, entry) -> {
                float[] values = name.equals(tensor) ? change.apply(file.floats(name)) : file.floats(name);
                if (values.length > 0) {
                    writer.add(name, entry.shape(), values);
                }
            });
            file.metadata().forEach((name, usual) -> {
                if (!name.equals("equipoise.sha256")) {
                    writer.metadata(name, name.equals(key) ? text : usual);
                }
            });
        }
        writer.writeTo(run.file(LAST));
        RunCheck check = RunCheck.of(run.folder());
        assertEquals(check.findings().isEmpty(), check.sound());
        return check.findings();
    }

    @Test
    void anUnchangedCopyIsSound() throws IOException {
        List<String> end = run.end();
        assertEquals(List.of(), findings("", values -> values, "", ""));
        assertEquals(end, run.end());
    }

    @Test
    void valuesThatAreNoNumbersAreFound() {
        List<Finding> findings = findings(
                "layers.1.bias",
                values -> {
                    values[values.length - 1] = Float.NaN;
                    return values;
                },
                "",
                "");
        assertEquals(
                List.of(new Finding(
                        LAST,
                        run.file(LAST)
                                + " has the value NaN in tensor 'layers.1.bias'; finite numbers were expected.")),
                findings);
    }

    @Test
    void whatAnOptimiserRemembersIsMissed() {
        List<Finding> findings = findings("optimizer.layers.0.bias.velocity", values -> new float[0], "", "");
        assertEquals(1, findings.size());
        assertEquals(LAST, findings.getFirst().file());
        assertTrue(findings.getFirst().problem().contains("optimizer.layers.0.bias.velocity"), findings.toString());
    }

    @Test
    void aPlaceBehindTheEndOfTheRunIsFound() {
        assertEquals(
                List.of(
                        new Finding(
                                LAST,
                                run.file(LAST)
                                        + " was written after 6 batches of epoch 2; at most 1 epochs of 5 batches were expected.")),
                findings("", values -> values, "equipoise.progress.batch", "6"));
    }
}

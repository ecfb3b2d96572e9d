package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.SafetensorsFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to the files of a run is noticed, and told in one sentence. */
class CheckpointDamageTest {
    private static final Path NAME = Path.of("last.safetensors");

    @TempDir
    static Path folder;

    private static StripesRun whole;
    private static StripesRun other;
    private static byte[] checkpoint;

    @BeforeAll
    static void train() throws IOException {
        whole = StripesRun.in(folder.resolve("whole"));
        StripesRun.train(whole.begin(), () -> false);
        other = StripesRun.in(folder.resolve("other"), "training.seed=9");
        StripesRun.train(other.begin(), () -> false);
        checkpoint = Files.readAllBytes(whole.file("last.safetensors"));
    }

    private static CheckpointHeader read(byte[] bytes) {
        return CheckpointHeader.read(SafetensorsFile.read(bytes, NAME.toString()), NAME);
    }

    private static void assertRefused(byte[] bytes, String what) {
        BadInputException refused = assertThrows(BadInputException.class, () -> read(bytes), what);
        assertOneSentence(String.valueOf(refused.getMessage()));
    }

    private static void assertOneSentence(String message) {
        assertTrue(message.chars().noneMatch(c -> c < ' '), message);
        assertTrue(message.endsWith(".") && !message.contains(". "), message);
    }

    @Test
    void everyFlippedBitIsNoticed() {
        assertEquals(3, read(checkpoint).progress().epoch());
        for (int bit = 0; bit < checkpoint.length * Byte.SIZE; bit++) {
            byte[] flipped = checkpoint.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertRefused(flipped, "bit " + bit);
        }
    }

    @Test
    void everyTruncationIsNoticed() {
        for (int length = 0; length < checkpoint.length; length++) {
            assertRefused(Arrays.copyOf(checkpoint, length), "length " + length);
        }
        assertRefused(Arrays.copyOf(checkpoint, checkpoint.length + 1), "one byte more");
    }

    @Test
    void blocksOfZerosAreNoticed() {
        // What some file systems leave of data that had not reached the disk.
        for (int start = 0; start < checkpoint.length; start += 64) {
            byte[] holed = checkpoint.clone();
            Arrays.fill(holed, start, Math.min(start + 512, holed.length), (byte) 0);
            assertRefused(holed, "zeros from " + start);
        }
    }

    private StripesRun copy(String name) throws IOException {
        return whole.copy(folder.resolve(name));
    }

    private static RunCheck assertFound(StripesRun run, String file) {
        RunCheck check = RunCheck.of(run.folder());
        assertFalse(check.sound());
        assertTrue(
                check.findings().stream().anyMatch(finding -> finding.file().equals(file)),
                () -> check.findings() + " lack " + file);
        check.findings().forEach(finding -> assertOneSentence(finding.problem()));
        return check;
    }

    @Test
    void aWholeRunHasNoFindings() {
        RunCheck check = RunCheck.of(whole.folder());
        assertEquals(List.of(), check.findings());
        assertEquals(List.of(), check.notes());
        assertEquals(
                List.of("last.safetensors", "previous.safetensors", "best.safetensors"),
                check.checkpoints().stream().map(CheckedCheckpoint::file).toList());
        CheckedCheckpoint last = check.checkpoints().getFirst();
        assertEquals(3, last.epochs());
        assertEquals(0, last.batches());
        assertEquals(checkpoint.length, last.bytes());
        assertNotEquals(last.stateSha256(), check.checkpoints().get(1).stateSha256());
    }

    /** Each file, swapped with one of the same run or of another, or taken away. */
    @ParameterizedTest
    @CsvSource({
        "last.safetensors, whole/best.safetensors",
        "last.safetensors, other/last.safetensors",
        "last.safetensors, nothing",
        "previous.safetensors, other/previous.safetensors",
        "previous.safetensors, whole/best.safetensors",
        "best.safetensors, whole/last.safetensors",
        "best.safetensors, other/best.safetensors",
        "best.safetensors, nothing",
        "config.yaml, other/config.yaml",
        "config.yaml, other/provenance.json",
        "config.yaml, nothing",
        "provenance.json, other/provenance.json",
        "provenance.json, other/config.yaml",
        "provenance.json, nothing",
        "metrics.csv, other/metrics.csv",
        "metrics.csv, nothing",
        "metrics.jsonl, other/metrics.jsonl",
        "metrics.jsonl, other/metrics.csv",
        "metrics.jsonl, nothing"
    })
    void aFileThatWasSwappedIsFound(String file, String by) throws IOException {
        StripesRun run = copy("swapped-" + file + "-" + by.replace('/', '-'));
        if (by.equals("nothing")) {
            Files.delete(run.file(file));
        } else {
            Files.copy(folder.resolve(by), run.file(file), StandardCopyOption.REPLACE_EXISTING);
        }
        // With the provenance of another run, it is the checkpoints that do not belong to it.
        boolean foreign = file.equals("provenance.json") && by.equals("other/provenance.json");
        assertFound(run, foreign ? "last.safetensors" : file.startsWith("metrics") ? "metrics" : file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"metrics.csv", "metrics.jsonl"})
    void everyFlippedBitOfTheMetricsIsFound(String file) throws IOException {
        MetricsFiles metrics = new MetricsFiles(whole.folder());
        assertEquals(List.of(), metrics.problems(3));
        byte[] text = Files.readAllBytes(whole.file(file));
        List<String> csv = Files.readAllLines(whole.file("metrics.csv"));
        List<String> json = Files.readAllLines(whole.file("metrics.jsonl"));
        for (int bit = 0; bit < text.length * Byte.SIZE; bit++) {
            byte[] flipped = text.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            List<String> lines =
                    new String(flipped, StandardCharsets.UTF_8).lines().toList();
            List<String> problems =
                    file.equals("metrics.csv") ? metrics.problems(lines, json, 3) : metrics.problems(csv, lines, 3);
            assertFalse(problems.isEmpty(), "bit " + bit);
            problems.forEach(CheckpointDamageTest::assertOneSentence);
        }
    }

    @Test
    void aDamagedCheckpointIsNotGoneOnFromAndTheOneBeforeItIs() throws IOException {
        StripesRun run = copy("torn");
        Files.write(run.file("last.safetensors"), Arrays.copyOf(checkpoint, checkpoint.length / 2));
        assertFound(run, "last.safetensors");
        String recovery;
        try (TrainingRun resumed = run.resume(StripesRun.machine(3))) {
            recovery = String.valueOf(resumed.recovery());
            resumed.train(() -> false, StripesRun.NEVER, TrainingListener.SILENT);
        }
        assertOneSentence(recovery);
        assertTrue(recovery.contains("last.safetensors is damaged"), recovery);
        assertEquals(whole.end().getFirst(), run.end().getFirst());
        assertEquals(checkpoint.length / 2, Files.size(run.file("last.safetensors.damaged")));
        assertEquals(1, RunCheck.of(run.folder()).notes().size());
    }

    @Test
    void aMissingLastCheckpointIsReplacedByTheOneBeforeIt() throws IOException {
        StripesRun run = copy("missing");
        Files.delete(run.file("last.safetensors"));
        run.finish();
        assertEquals(whole.end().getFirst(), run.end().getFirst());
    }

    @Test
    void aForeignLastCheckpointIsReplacedByTheOneBeforeIt() throws IOException {
        StripesRun run = copy("foreign");
        Files.copy(other.file("last.safetensors"), run.file("last.safetensors"), StandardCopyOption.REPLACE_EXISTING);
        run.finish();
        assertEquals(whole.end().getFirst(), run.end().getFirst());
    }

    @Test
    void whereBothAreDamagedBothAreTold() throws IOException {
        StripesRun run = copy("both");
        Files.write(run.file("last.safetensors"), Arrays.copyOf(checkpoint, 100));
        Files.write(run.file("previous.safetensors"), Arrays.copyOf(checkpoint, 200));
        BadInputException refused = assertThrows(
                BadInputException.class, () -> run.resume(StripesRun.machine(1)).close());
        String message = String.valueOf(refused.getMessage());
        assertOneSentence(message);
        assertTrue(message.contains("last.safetensors") && message.contains("previous.safetensors"), message);
    }

    @Test
    void otherSettingsThanTheCheckpointsAreRefused() throws IOException {
        StripesRun run = copy("edited");
        String settings = Files.readString(run.file("config.yaml"));
        Files.writeString(run.file("config.yaml"), settings.replace("beta: 0.9", "beta: 0.8"));
        BadInputException refused = assertThrows(
                BadInputException.class, () -> run.resume(StripesRun.machine(1)).close());
        assertOneSentence(String.valueOf(refused.getMessage()));
        Files.delete(run.file("config.yaml"));
        run.finish();
        assertEquals(settings, Files.readString(run.file("config.yaml")));
    }

    @Test
    void aFolderWithoutARunIsRefused() {
        BadInputException refused = assertThrows(BadInputException.class, () -> RunCheck.of(folder));
        assertOneSentence(String.valueOf(refused.getMessage()));
    }
}

package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.equipoise.config.Configuration;
import org.equipoise.dynamics.SpikeCounts;
import org.equipoise.dynamics.StepCount;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.SafetensorsWriter;
import org.equipoise.interop.Shape;
import org.equipoise.training.CheckpointHeader.Role;
import org.junit.jupiter.api.Test;

class CheckpointHeaderTest {
    private static final Configuration CONFIGURATION =
            StripesRun.in(Path.of("")).configuration();
    private static final Path FILE = Path.of("some.safetensors");
    private static final Progress PROGRESS = new Progress(2, 3, 4, 5.5, 16, 1000, 200, 9.5, 12.5);

    private final Map<String, String> metadata = new LinkedHashMap<>();

    CheckpointHeaderTest() {
        metadata.put("format", "equipoise-checkpoint");
        metadata.put("format.version", "2");
        metadata.put("equipoise.role", "best");
        metadata.put("equipoise.run", "name");
        metadata.put("equipoise.configuration", CONFIGURATION.toYaml());
        metadata.put("equipoise.progress.epoch", "2");
        metadata.put("equipoise.progress.batch", "3");
        metadata.put("equipoise.progress.errors", "4");
        metadata.put("equipoise.progress.loss", "5.5");
        metadata.put("equipoise.progress.examples", "16");
        metadata.put("equipoise.progress.sampleSteps", "1000");
        metadata.put("equipoise.progress.stepsSaved", "200");
        metadata.put("equipoise.progress.seconds", "9.5");
        metadata.put("equipoise.progress.bestErrorPercent", "12.5");
        metadata.put("equipoise.epoch.steps", "1 2 3 4");
        metadata.put("equipoise.epoch.spikes", "5 6");
        metadata.put("equipoise.epoch.opportunities", "7 8");
        metadata.put("equipoise.provenance.data", "stripes");
    }

    private CheckpointHeader read(Path file) {
        SafetensorsWriter writer = new SafetensorsWriter().add("a", Shape.of(1), new float[] {1});
        if (!"1".equals(metadata.get("format.version"))) {
            writer.checksummed();
        }
        metadata.forEach(writer::metadata);
        try (SafetensorsFile tensors = SafetensorsFile.read(writer.toBytes(), "test")) {
            return CheckpointHeader.read(tensors, file);
        }
    }

    private void assertRefused(String message) {
        assertEquals(
                FILE + message,
                assertThrows(BadInputException.class, () -> read(FILE)).getMessage());
    }

    @Test
    void everythingIsReadBack() {
        assertEquals(
                new CheckpointHeader(
                        2,
                        Role.BEST,
                        "name",
                        CONFIGURATION,
                        Map.of("data", "stripes"),
                        PROGRESS,
                        new EpochCounts(new StepCount(1, 2, 3, 4), new SpikeCounts(List.of(5L, 6L), List.of(7L, 8L)))),
                read(FILE));
    }

    @Test
    void runsFromBeforeStepsCouldBeSavedHaveSavedNone() {
        metadata.remove("equipoise.progress.stepsSaved");
        assertEquals(
                new Progress(2, 3, 4, 5.5, 16, 1000, 0, 9.5, 12.5), read(FILE).progress());
    }

    @Test
    void allElseIsMissed() {
        for (String key : List.copyOf(metadata.keySet())) {
            boolean needed = key.startsWith("equipoise.")
                    && !key.startsWith("equipoise.provenance.")
                    && !key.endsWith("stepsSaved");
            if (needed) {
                String usual = String.valueOf(metadata.remove(key));
                assertRefused(" lacks '" + key + "'; an unchanged checkpoint was expected.");
                metadata.put(key, usual);
            }
        }
    }

    @Test
    void textThatIsNoNumberIsRefused() {
        metadata.put("equipoise.progress.stepsSaved", "many");
        assertRefused(
                " says 'many' for 'equipoise.progress.stepsSaved', which is no number; an unchanged checkpoint was"
                        + " expected.");
    }

    @Test
    void countsOfAnotherNumberOfPhasesOrLayersAreRefused() {
        String expected =
                " counts steps and spikes of the epoch under way in another number of phases and layers than a run"
                        + " has; an unchanged checkpoint was expected.";
        metadata.put("equipoise.epoch.steps", "1 2 3");
        assertRefused(expected);
        metadata.put("equipoise.epoch.steps", "1 2 3 4");
        metadata.put("equipoise.epoch.spikes", "5 6 7");
        assertRefused(expected);
    }

    @Test
    void rolesAreLastAndBest() {
        metadata.put("equipoise.role", "last");
        assertEquals(Role.LAST, read(FILE).role());
        metadata.put("equipoise.role", "first");
        assertRefused(" says 'first' for its role; 'last' or 'best' was expected.");
    }

    @Test
    void theFirstVersionIsWhatItIsCalledAndHasCountedNothing() {
        metadata.put("format.version", "1");
        CheckpointHeader header = read(Path.of("run", "best.safetensors"));
        assertEquals(Role.BEST, header.role());
        assertEquals("", header.run());
        assertEquals(EpochCounts.NONE, header.counts());
        assertEquals(PROGRESS, header.progress());
        assertEquals(Role.LAST, read(Path.of("run", "last.safetensors")).role());
    }

    @Test
    void otherFilesOfParametersAreNoCheckpoints() {
        metadata.put("format", "equipoise-model");
        String message = String.valueOf(
                assertThrows(BadInputException.class, () -> read(FILE)).getMessage());
        assertTrue(message.contains("holds parameters but no training run"), message);
    }
}

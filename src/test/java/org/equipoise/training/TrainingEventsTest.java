package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.data.Dataset;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run as Java Flight Recorder sees it: 7 images in batches of 4, so 2 batches an epoch, each shared by 2 threads. */
class TrainingEventsTest {
    private static final int EPOCHS = 3;
    private static final Configuration CONFIGURATION = ConfigurationReader.read("""
            network: {input: [1, 4, 4], layers: [{linear: 5}, {linear: 2}]}
            neuron: {kind: sigma-delta, epsilon: 0.3, lambda: 0.6}
            phases: {free: 8, nudge: 4, beta: 0.9}
            learning: {rates: [0.2, 0.1]}
            training: {batch: 4, epochs: 3}
            """, "test", List.of());

    @TempDir
    Path folder;

    private static Dataset dataset() {
        byte[] pixels = new byte[7 * 16];
        IntStream.range(0, pixels.length).forEach(i -> pixels[i] = (byte) (i * 37));
        ImageSet images = ImageSet.of(
                "waves", new IdxArray(new int[] {7, 4, 4}, pixels), new IdxArray(new int[] {7}, new byte[7]), 2);
        return new Dataset("waves", images, images, List.of("0", "1"), "none", "made here");
    }

    private List<RecordedEvent> recorded() throws IOException {
        Path run = folder.resolve("run");
        Machine machine = new Machine(KernelSelection.ofThisJvm().kernels(), 2, Ledger.unlimited());
        try (Recording recording = new Recording()) {
            for (String name : List.of("Phase", "Batch", "Checkpoint")) {
                recording.enable("equipoise." + name).withoutThreshold();
            }
            recording.start();
            try (TrainingRun training = TrainingRun.begin(CONFIGURATION, dataset(), machine, () -> run, null)) {
                training.train(() -> false, Duration.ofDays(1), TrainingListener.SILENT);
            }
            recording.stop();
            Path file = folder.resolve("run.jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file);
        }
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("equipoise." + name))
                .toList();
    }

    @Test
    void aRunIsToldByBatchesPhasesAndCheckpoints() throws IOException {
        List<RecordedEvent> events = recorded();
        List<RecordedEvent> batches = named(events, "Batch");
        assertEquals(
                List.of("1/1 4", "1/2 3", "2/1 4", "2/2 3", "3/1 4", "3/2 3"),
                batches.stream()
                        .map(event ->
                                event.getInt("epoch") + "/" + event.getInt("batch") + " " + event.getInt("images"))
                        .toList());
        assertEquals(
                7L * 16 * EPOCHS,
                batches.stream()
                        .mapToLong(event -> event.getLong("sampleSteps"))
                        .sum());

        Map<String, Integer> images = new TreeMap<>();
        List<RecordedEvent> phases = named(events, "Phase");
        for (RecordedEvent phase : phases) {
            images.merge(
                    phase.getString("phase") + " " + phase.getInt("timeSteps"), phase.getInt("images"), Integer::sum);
            assertTrue(batches.stream().anyMatch(within(phase)), "every phase is part of a batch");
        }
        assertEquals(
                7L * 16 * EPOCHS,
                phases.stream().mapToLong(phase -> phase.getLong("sampleSteps")).sum());
        int all = 7 * EPOCHS;
        assertEquals(
                Map.of(
                        "FREE 8",
                        all,
                        "POSITIVE_NUDGE 4",
                        all,
                        "NEGATIVE_NUDGE 4",
                        all,
                        "GRADIENT 0",
                        all,
                        "UPDATE 0",
                        all),
                images);
        long updates = phases.stream()
                .filter(phase -> phase.getString("phase").equals("UPDATE"))
                .count();
        assertEquals(2 * EPOCHS, updates, "once a batch, not once a tile");

        List<RecordedEvent> checkpoints = named(events, "Checkpoint");
        RecordedEvent last = checkpoints.getLast();
        assertEquals(folder.resolve("run/last.safetensors").toString(), last.getString("file"));
        assertEquals(EPOCHS, last.getInt("epochs"));
        assertEquals(Files.size(folder.resolve("run/last.safetensors")), last.getLong("bytes"));
        assertEquals(0, checkpoints.getFirst().getInt("epochs"));
    }

    private static Predicate<RecordedEvent> within(RecordedEvent phase) {
        return batch -> !phase.getStartTime().isBefore(batch.getStartTime())
                && !phase.getEndTime().isAfter(batch.getEndTime());
    }
}

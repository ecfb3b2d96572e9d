package org.equipoise.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import jdk.jfr.DataAmount;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArenaEventsTest {
    private static final String OWNER = "an owner of this test alone";
    private static final MemoryPlan PLAN = MemoryPlan.ownedBy(OWNER)
            .floats(Account.STATES, "s", 17)
            .words(Account.SPIKES, "q", 3)
            .build();

    @TempDir
    Path folder;

    private List<RecordedEvent> recorded(String... names) throws IOException {
        try (Recording recording = new Recording()) {
            for (String name : List.of("equipoise.Allocation", "equipoise.Release")) {
                if (List.of(names).contains(name)) {
                    recording.enable(name);
                } else {
                    recording.disable(name);
                }
            }
            recording.start();
            Ledger.unlimited().open(PLAN).close();
            recording.stop();
            Path file = folder.resolve("arena.jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.hasField("owner") && OWNER.equals(event.getString("owner")))
                    .toList();
        }
    }

    private static String line(RecordedEvent event) {
        return event.getEventType().getName() + " " + event.getString("name") + " " + event.getString("account") + " "
                + event.getLong("bytes");
    }

    @Test
    void everyPieceIsToldWhenItComesAndWhenItGoes() throws IOException {
        List<RecordedEvent> events = recorded("equipoise.Allocation", "equipoise.Release");
        assertEquals(
                List.of(
                        "equipoise.Allocation q spikes 64",
                        "equipoise.Allocation s states 128",
                        "equipoise.Release q spikes 64",
                        "equipoise.Release s states 128"),
                events.stream().map(ArenaEventsTest::line).sorted().toList());
        for (RecordedEvent event : events) {
            assertEquals(List.of("Equipoise", "Memory"), event.getEventType().getCategoryNames());
            assertEquals(
                    DataAmount.BYTES,
                    Objects.requireNonNull(
                                    event.getEventType().getField("bytes").getAnnotation(DataAmount.class))
                            .value());
        }
    }

    @Test
    void whatNobodyAsksForIsNotTold() throws IOException {
        assertEquals(List.of(), recorded());
        assertEquals(
                List.of("equipoise.Release q spikes 64", "equipoise.Release s states 128"),
                recorded("equipoise.Release").stream()
                        .map(ArenaEventsTest::line)
                        .sorted()
                        .toList());
    }
}

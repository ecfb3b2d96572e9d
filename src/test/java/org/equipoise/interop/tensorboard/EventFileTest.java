package org.equipoise.interop.tensorboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.equipoise.error.BadInputException;
import org.equipoise.interop.tensorboard.DecodedEvents.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_700_000_000_250L), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private List<Message> written(List<SummaryValue> values) throws IOException {
        try (EventFile file = new EventFile(folder.resolve("logs"), CLOCK)) {
            file.add(42, values);
            return DecodedEvents.of(file.file());
        }
    }

    /** The first twelve bytes of every file that TensorFlow itself writes: the length 24 and its masked checksum. */
    @Test
    void aFileBeginsAsTensorFlowsDo() throws IOException {
        try (EventFile file = new EventFile(folder, CLOCK)) {
            byte[] start = Arrays.copyOf(Files.readAllBytes(file.file()), 12);
            assertEquals("1800000000000000a37f4b22", HexFormat.of().formatHex(start));
            Message version = DecodedEvents.of(file.file()).getFirst();
            assertEquals("brain.Event:2", version.text(3));
            assertEquals(1_700_000_000.25, version.one(1));
        }
    }

    /** The clock may be set back, and a folder may hold files of other programs. */
    @Test
    void filesComeAfterThoseThatAreThere() throws IOException {
        Files.createFile(folder.resolve("events.out.tfevents.0000000007.other.host"));
        Files.createFile(folder.resolve("events.out.tfevents.99999999990.of-no-use"));
        Files.createFile(folder.resolve("notes.txt"));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            Clock clock = Clock.offset(CLOCK, Duration.ofSeconds(-1000L * i));
            try (EventFile file = new EventFile(folder, clock)) {
                names.add(file.file().getFileName().toString());
            }
        }
        assertEquals("events.out.tfevents.1700000000.equipoise.0", names.getFirst());
        assertEquals("events.out.tfevents.1700000002.equipoise.4", names.getLast());
        assertEquals(names.stream().sorted().distinct().toList(), names);
        Files.createFile(folder.resolve("events.out.tfevents.1700000002.zz.host"));
        try (EventFile file = new EventFile(folder, CLOCK)) {
            assertEquals(
                    "events.out.tfevents.1700000003.equipoise.0",
                    file.file().getFileName().toString());
        }
    }

    @Test
    void scalarsAreFloatsUnderTheirTags() throws IOException {
        List<Message> messages = written(
                List.of(new SummaryValue.Scalar("error/test", 12.5), new SummaryValue.Scalar("loss/test", -1e-3)));
        Message event = messages.get(1);
        assertEquals(42L, event.one(2));
        assertEquals(1_700_000_000.25, event.one(1));
        Map<String, Message> values = event.summary();
        assertEquals(List.of("error/test", "loss/test"), List.copyOf(values.keySet()));
        assertEquals(12.5f, values.get("error/test").one(2));
        assertEquals(-1e-3f, values.get("loss/test").one(2));
    }

    @Test
    void histogramsCountEveryValueOnce() throws IOException {
        float[] numbers = new float[1001];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (i - 500) / 1000f;
        }
        Message histogram = written(List.of(new SummaryValue.Histogram("w", Distribution.of(numbers))))
                .get(1)
                .summary()
                .get("w")
                .message(5);
        assertEquals(-0.5, histogram.one(1));
        assertEquals(0.5, histogram.one(2));
        assertEquals(1001.0, histogram.one(3));
        assertEquals(0, (double) histogram.one(4), 1e-5);
        List<Double> limits = histogram.doubles(6);
        List<Double> counts = histogram.doubles(7);
        assertEquals(limits.size(), counts.size());
        assertEquals(0.5, limits.getLast());
        assertEquals(1001, counts.stream().mapToDouble(Double::doubleValue).sum());
        assertEquals(limits.stream().sorted().distinct().toList(), limits);
    }

    @Test
    void equalNumbersShareABucket() {
        Distribution distribution = Distribution.of(new float[] {3, 3, 3});
        assertEquals(List.of(3L), distribution.counts());
        assertEquals(List.of(3.0), distribution.limits());
        assertEquals(27, distribution.sumOfSquares());
    }

    @Test
    void picturesKeepTheirBytes() throws IOException {
        byte[] png = {1, 2, 3};
        Message image = written(List.of(new SummaryValue.Image("filters", 5, 7, png)))
                .get(1)
                .summary()
                .get("filters")
                .message(4);
        assertEquals(7L, image.one(1));
        assertEquals(5L, image.one(2));
        assertArrayEquals(png, (byte[]) image.one(4));
    }

    @Test
    void aRunThatGoesOnVoidsLaterSteps() throws IOException {
        try (EventFile file = new EventFile(folder, CLOCK)) {
            file.resumeFrom(17);
            Message event = DecodedEvents.of(file.file()).get(1);
            assertEquals(17L, event.one(2));
            assertEquals(1L, event.message(7).one(1), "status START");
        }
    }

    @Test
    void twoFilesOfOneSecondAreTwo() {
        try (EventFile first = new EventFile(folder, CLOCK);
                EventFile second = new EventFile(folder, CLOCK)) {
            assertNotEquals(first.file(), second.file());
            assertTrue(first.file().getFileName().toString().startsWith("events.out.tfevents.1700000000."));
        }
    }

    @Test
    void aPlaceThatIsNoFolderIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");
        BadInputException thrown = assertThrows(BadInputException.class, () -> new EventFile(file, CLOCK));
        assertTrue(thrown.getMessage().contains(file.toString()), thrown.getMessage());
    }
}

package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFilesTest {
    /** A line as it was written before saturation, confusion and memory were. */
    private static final String EARLIER_JSON =
            "{\"epoch\":1,\"updates\":9,\"trainErrorPercent\":30.5,\"trainLoss\":0.2,\"testErrorPercent\":20.0,"
                    + "\"testLoss\":0.1,\"firingRates\":[0.25,0.5],\"sampleSteps\":900,\"sampleStepsPerSecond\":80.0,"
                    + "\"seconds\":12.5}";

    private static final String EARLIER_CSV = """
            epoch,updates,trainErrorPercent,trainLoss,testErrorPercent,testLoss,firingRates,sampleSteps,sampleStepsPerSecond,seconds
            1,9,30.5,0.2,20.0,0.1,0.25 0.5,900,80.0,12.5
            """;

    @TempDir
    Path folder;

    private static EpochMetrics epoch(int number) {
        return new EpochMetrics(
                number,
                9L * number,
                12.5,
                0.1,
                10,
                0.05,
                List.of(0.25, 0.125),
                1800,
                90,
                25,
                0,
                0,
                0,
                List.of(0.5),
                List.of(0.0625),
                List.of(List.of(3, 1), List.of(0, 4)),
                new MemoryAccounts(Map.of("states", 64L, "spikes", 128L), Map.of("states", 64L, "spikes", 128L)),
                number == 2 ? new ExchangeMetrics(4, 1_000_000, 0.125) : null);
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        MetricsFiles files = new MetricsFiles(folder);
        files.append(epoch(1));
        files.append(epoch(2));
        assertEquals(List.of(epoch(1), epoch(2)), files.all());
        assertEquals(epoch(2), files.of(2));
        assertNull(files.of(3));
        assertEquals(192, files.all().getFirst().memory().measuredBytes());
    }

    @Test
    void anEpochThatIsRepeatedReplacesItselfAndWhatCameAfter() throws IOException {
        MetricsFiles files = new MetricsFiles(folder);
        files.append(epoch(1));
        files.append(epoch(2));
        files.append(epoch(3));
        files.append(epoch(2));
        assertEquals(List.of(epoch(1), epoch(2)), files.all());
        assertEquals(3, Files.readAllLines(folder.resolve("metrics.csv")).size());
    }

    @Test
    void filesOfAnEarlierVersionGoOn() throws IOException {
        Files.writeString(folder.resolve("metrics.jsonl"), EARLIER_JSON + "\n");
        Files.writeString(folder.resolve("metrics.csv"), EARLIER_CSV);
        MetricsFiles files = new MetricsFiles(folder);
        files.append(epoch(2));
        EpochMetrics earlier = files.all().getFirst();
        assertEquals(30.5, earlier.trainErrorPercent());
        assertEquals(List.of(0.25, 0.5), earlier.firingRates());
        assertEquals(List.of(), earlier.atLowerBound());
        assertEquals(List.of(), earlier.confusion());
        assertEquals(MemoryAccounts.NONE, earlier.memory());
        List<String> csv = Files.readAllLines(folder.resolve("metrics.csv"));
        assertTrue(csv.get(1).startsWith("1,9,30.5,0.2,20.0,0.1,0.25 0.5,900,80.0,12.5,,"), csv.get(1));
        for (String line : csv) {
            assertEquals(csv.getFirst().split(",", -1).length, line.split(",", -1).length, line);
        }
    }

    @Test
    void aDamagedLineIsRefused() throws IOException {
        Files.writeString(folder.resolve("metrics.jsonl"), "{\"epoch\":\n");
        BadInputException thrown = assertThrows(BadInputException.class, () -> new MetricsFiles(folder).all());
        assertTrue(thrown.getMessage().contains("metrics.jsonl"), thrown.getMessage());
    }
}

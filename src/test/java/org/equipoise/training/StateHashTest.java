package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.equipoise.config.Configuration;
import org.equipoise.dynamics.SpikeCounts;
import org.equipoise.dynamics.StepCount;
import org.equipoise.interop.Dtype;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.interop.SafetensorsWriter;
import org.equipoise.interop.Shape;
import org.equipoise.training.CheckpointHeader.Role;
import org.junit.jupiter.api.Test;

class StateHashTest {
    private static final Configuration CONFIGURATION =
            StripesRun.in(Path.of("")).configuration();
    private static final Progress PROGRESS = new Progress(2, 3, 4, 5.5, 16, 1000, 200, 9.5, 12.5);
    private static final EpochCounts COUNTS =
            new EpochCounts(new StepCount(1, 2, 3, 4), new SpikeCounts(List.of(5L), List.of(6L)));

    private final String usual = hash(tensors(), PROGRESS, COUNTS);

    private static SafetensorsWriter tensors() {
        return new SafetensorsWriter().add("a", Shape.of(2), new float[] {1, 2}).add("b", Shape.of(1), new float[] {3});
    }

    private static String hash(SafetensorsWriter writer, Progress progress, EpochCounts counts) {
        return hash(writer, new CheckpointHeader(2, Role.LAST, "run", CONFIGURATION, Map.of(), progress, counts));
    }

    private static String hash(SafetensorsWriter writer, CheckpointHeader header) {
        try (SafetensorsFile file = SafetensorsFile.read(writer.toBytes(), "test")) {
            return StateHash.of(file, header);
        }
    }

    @Test
    void itIsASha256() {
        assertTrue(usual.matches("[0-9a-f]{64}"), usual);
        assertEquals(usual, hash(tensors(), PROGRESS, COUNTS));
    }

    @Test
    void everythingOfATensorIsInIt() {
        List<SafetensorsWriter> others = List.of(
                // One less, another value, another name, the values of two the other way round.
                new SafetensorsWriter().add("a", Shape.of(2), new float[] {1, 2}),
                new SafetensorsWriter()
                        .add("a", Shape.of(2), new float[] {1, 2.5f})
                        .add("b", Shape.of(1), new float[] {3}),
                new SafetensorsWriter()
                        .add("a", Shape.of(2), new float[] {1, 2})
                        .add("c", Shape.of(1), new float[] {3}),
                new SafetensorsWriter()
                        .add("b", Shape.of(2), new float[] {1, 2})
                        .add("a", Shape.of(1), new float[] {3}),
                // The same bytes in another shape and of another type.
                new SafetensorsWriter()
                        .add("a", Shape.of(2, 1), new float[] {1, 2})
                        .add("b", Shape.of(1), new float[] {3}),
                new SafetensorsWriter()
                        .add("a", Shape.of(2), new float[] {1, 2})
                        .add("b", Shape.of(1), new int[] {Float.floatToRawIntBits(3)}));
        Set<String> hashes = new TreeSet<>(Set.of(usual));
        others.forEach(other -> hashes.add(hash(other, PROGRESS, COUNTS)));
        assertEquals(1 + others.size(), hashes.size());
    }

    @Test
    void everyCountOfTheProgressIsInIt() {
        Set<String> hashes = new TreeSet<>(Set.of(usual));
        List<Progress> others = List.of(
                new Progress(1, 3, 4, 5.5, 16, 1000, 200, 9.5, 12.5),
                new Progress(2, 1, 4, 5.5, 16, 1000, 200, 9.5, 12.5),
                new Progress(2, 3, 1, 5.5, 16, 1000, 200, 9.5, 12.5),
                new Progress(2, 3, 4, 1.5, 16, 1000, 200, 9.5, 12.5),
                new Progress(2, 3, 4, 5.5, 11, 1000, 200, 9.5, 12.5),
                new Progress(2, 3, 4, 5.5, 16, 1001, 200, 9.5, 12.5),
                new Progress(2, 3, 4, 5.5, 16, 1000, 201, 9.5, 12.5),
                new Progress(2, 3, 4, 5.5, 16, 1000, 200, 9.5, 11.5));
        others.forEach(other -> hashes.add(hash(tensors(), other, COUNTS)));
        hashes.add(hash(tensors(), PROGRESS, EpochCounts.NONE));
        assertEquals(1 + others.size() + 1, hashes.size());
    }

    @Test
    void timesNamesAndTheOrderInTheFileAreNot() {
        Progress slower = new Progress(2, 3, 4, 5.5, 16, 1000, 200, 99.5, 12.5);
        assertEquals(usual, hash(tensors(), slower, COUNTS));
        SafetensorsWriter turned = new SafetensorsWriter()
                .add("b", Dtype.F32, Shape.of(1), new byte[] {0, 0, 0x40, 0x40})
                .add("a", Shape.of(2), new float[] {1, 2})
                .metadata("said", "something");
        assertEquals(usual, hash(turned, PROGRESS, COUNTS));
        CheckpointHeader elsewhere = new CheckpointHeader(
                1, Role.BEST, "another", CONFIGURATION, Map.of("cpu", "another"), PROGRESS, COUNTS);
        assertEquals(usual, hash(tensors(), elsewhere));
    }
}

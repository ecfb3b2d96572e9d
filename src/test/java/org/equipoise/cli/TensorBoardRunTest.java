package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.equipoise.interop.tensorboard.DecodedEvents;
import org.equipoise.interop.tensorboard.DecodedEvents.Message;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code train --tensorboard} leaves for TensorBoard. */
class TensorBoardRunTest {
    /** 60 images in batches of 7. */
    private static final int UPDATES = 9;

    @TempDir
    Path folder;

    private CommandHarness bench;

    @BeforeEach
    void prepare() {
        bench = CommandHarness.in(folder);
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(bench.path("run/tensorboard"))) {
            return files.sorted().toList();
        }
    }

    private static Map<String, Message> values(Path file, long step) throws IOException {
        Map<String, Message> values = new java.util.LinkedHashMap<>();
        for (Message event : DecodedEvents.of(file)) {
            if (event.all(2).equals(List.of(step))) {
                values.putAll(event.summary());
            }
        }
        return values;
    }

    @Test
    void everyEpochHasItsScalarsHistogramsAndPictures() throws IOException {
        assertEquals(
                0,
                bench.train("--out", bench.path("run"), "--tensorboard", "--quiet")
                        .exitCode());
        assertEquals(1, files().size());
        for (int epoch = 1; epoch <= 2; epoch++) {
            Map<String, Message> values = values(files().getFirst(), (long) epoch * UPDATES);
            JsonNode metrics = JsonMapper.shared()
                    .readTree(
                            Files.readAllLines(bench.path("run/metrics.jsonl")).get(epoch - 1));
            assertEquals((float) metrics.get("testErrorPercent").asDouble(), scalar(values, "error_percent/test"));
            assertEquals((float) metrics.get("trainLoss").asDouble(), scalar(values, "loss/training"));
            assertEquals((float) metrics.get("firingRates").get(1).asDouble(), scalar(values, "firing_rate/1_conv_1"));
            assertEquals(
                    (float) metrics.get("memory").get("measured").get("states").asDouble(),
                    scalar(values, "memory_bytes/states"));
            Message weights = values.get("parameters/layers.0.weight").message(5);
            assertEquals(4.0 * 9, weights.one(3), "four kernels of nine weights");
            Message filters = values.get("filters/first_layer").message(4);
            assertNotNull(ImageIO.read(new ByteArrayInputStream((byte[]) filters.one(4))));
            assertEquals(24L, values.get("confusion/test").message(4).one(1), "three classes of eight pixels");
        }
    }

    private static float scalar(Map<String, Message> values, String tag) {
        return (float) values.get(tag).one(2);
    }

    @Test
    void batchesAddUpToTheirEpoch() throws IOException {
        bench.train("--out", bench.path("run"), "--tensorboard", "--quiet");
        double errors = 0;
        double loss = 0;
        for (int update = 1; update <= UPDATES; update++) {
            Map<String, Message> values = values(files().getFirst(), update);
            int images = Math.min(7, CommandHarness.TRAIN_IMAGES - 7 * (update - 1));
            errors += images * scalar(values, "batches/error_percent");
            loss += images * scalar(values, "batches/loss");
        }
        JsonNode metrics = JsonMapper.shared()
                .readTree(Files.readAllLines(bench.path("run/metrics.jsonl")).getFirst());
        assertEquals(metrics.get("trainErrorPercent").asDouble(), errors / CommandHarness.TRAIN_IMAGES, 1e-3);
        assertEquals(metrics.get("trainLoss").asDouble(), loss / CommandHarness.TRAIN_IMAGES, 1e-5);
    }

    @Test
    void aResumedRunGoesOnInAFileOfItsOwnAndVoidsWhatIsRepeated() throws IOException {
        bench.train("--out", bench.path("run"), "--tensorboard", "--quiet", "--epochs", 1);
        assertEquals(
                0,
                bench.run("train", "--resume", bench.path("run"), "--epochs", 2, "--quiet")
                        .exitCode());
        assertEquals(2, files().size(), "the folder is enough to go on");
        List<Message> starts = new ArrayList<>();
        for (Message event : DecodedEvents.of(files().getLast())) {
            if (!event.all(7).isEmpty()) {
                starts.add(event);
            }
        }
        assertEquals(1, starts.size());
        assertEquals(UPDATES + 1L, starts.getFirst().one(2));
        assertTrue(values(files().getLast(), 2L * UPDATES).containsKey("error_percent/test"));
    }

    @Test
    void withoutTheOptionThereIsNone() {
        bench.train("--out", bench.path("run"), "--quiet", "--epochs", 1);
        assertFalse(Files.exists(bench.path("run/tensorboard")));
    }
}

package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.equipoise.cli.CommandHarness.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code data verify cifar10} on files of the right size that hold nothing but zeros, and so the class 0. */
class DataVerifyCommandTest {
    private static final long BATCH_BYTES = 10_000 * 3073;
    private static final List<String> FILES = List.of(
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin",
            "test_batch.bin");

    @TempDir
    Path temporary;

    private CommandHarness bench = new CommandHarness(Path.of(""));
    private Path folder = Path.of("");

    @BeforeEach
    void fillStore() throws IOException {
        bench = CommandHarness.in(temporary);
        folder = Files.createDirectories(bench.path("no-data/cifar10"));
        for (String file : FILES) {
            try (RandomAccessFile access =
                    new RandomAccessFile(folder.resolve(file).toFile(), "rw")) {
                access.setLength(BATCH_BYTES);
            }
        }
    }

    @Test
    void wholeFilesAreRight() throws IOException {
        Outcome outcome = bench.run("data", "verify", "cifar10");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals("", outcome.err());
        assertEquals(
                FILES.stream().map(file -> "right    " + folder.resolve(file)).toList(),
                outcome.out().lines().toList());

        JsonNode json = JsonMapper.shared()
                .readTree(bench.run("data", "verify", "cifar10", "--json").out());
        assertEquals(List.of("name", "ok", "files"), List.copyOf(json.propertyNames()));
        assertTrue(json.get("ok").asBoolean());
        assertEquals(6, json.get("files").size());
        assertEquals(
                List.of("part", "where", "present", "bytes", "expectedBytes", "sha256Ok"),
                List.copyOf(json.get("files").get(0).propertyNames()));
        assertTrue(bench.run("data", "list").out().contains("cifar10        present"));
    }

    @Test
    void eachFileThatIsWrongIsNamed() throws IOException {
        Files.write(folder.resolve("data_batch_2.bin"), new byte[3072]);
        Files.delete(folder.resolve("data_batch_3.bin"));
        try (RandomAccessFile access =
                new RandomAccessFile(folder.resolve("test_batch.bin").toFile(), "rw")) {
            access.seek(7 * 3073);
            access.write(10);
        }

        Outcome outcome = bench.run("data", "verify", "cifar10");
        assertEquals(1, outcome.exitCode());
        List<String> lines = outcome.out().lines().toList();
        assertEquals("right    " + folder.resolve("data_batch_1.bin"), lines.get(0));
        assertEquals(
                "wrong    " + folder.resolve("data_batch_2.bin") + ": 3072 bytes; 30730000 were expected",
                lines.get(1));
        assertEquals("missing  " + folder.resolve("data_batch_3.bin"), lines.get(2));
        assertEquals(
                "wrong    " + folder.resolve("test_batch.bin")
                        + ": label 7 is 10; a class between 0 and 9 was expected",
                lines.get(5));
        assertTrue(
                outcome.err()
                        .contains(
                                "3 of the 6 files of cifar10 are missing or wrong; the files of its binary version were"
                                        + " expected in '" + folder + "'."),
                outcome.err());

        Outcome json = bench.run("data", "verify", "cifar10", "--json");
        assertEquals(1, json.exitCode());
        JsonNode result = JsonMapper.shared().readTree(json.out());
        assertFalse(result.get("ok").asBoolean());
        assertEquals(
                "3072 bytes; 30730000 were expected",
                result.get("files").get(1).get("problem").asString());
    }

    @Test
    void rowsOfMnistHaveTheFieldsTheyAlwaysHad() throws IOException {
        JsonNode json = JsonMapper.shared()
                .readTree(bench.run("data", "verify", "mnist", "--json").out());
        assertEquals(
                "{\"part\":\"train-images\",\"where\":\"" + bench.path("no-data/mnist/train-images-idx3-ubyte")
                        + "\",\"present\":false,\"bytes\":0,\"expectedBytes\":47040016,\"sha256Ok\":false}",
                json.get("files").get(0).toString());
    }
}

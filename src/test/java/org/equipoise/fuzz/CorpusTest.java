package org.equipoise.fuzz;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every input that was kept, those that were findings among them, is still read or refused. */
class CorpusTest {
    @ParameterizedTest
    @EnumSource
    void everyKeptInputIsReadOrRefused(Parser parser) throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(CorpusTest.class.getResource("/fuzz/" + parser.folder()))
                .toURI());
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> inputs = files.sorted().toList();
            assertFalse(inputs.isEmpty());
            for (Path input : inputs) {
                byte[] bytes = Files.readAllBytes(input);
                assertDoesNotThrow(() -> parser.read(bytes), input.toString());
            }
        }
    }
}

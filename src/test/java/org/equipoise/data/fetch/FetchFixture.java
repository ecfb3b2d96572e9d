package org.equipoise.data.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.data.Catalogue;
import org.equipoise.data.IdxPart;
import org.equipoise.data.TinySet;

/** An empty store, a PATH with nothing on it but what a test puts there, and the steps that were heard of. */
final class FetchFixture implements FetchProgress {
    final Path store;
    final Path installed;
    final Path tiny;
    final Path programs;
    final List<String> steps = new ArrayList<>();
    final DataFetcher fetcher;

    FetchFixture(Path temporary) throws IOException {
        this(temporary, Duration.ofMinutes(1), new RetryPolicy(3, Duration.ofMillis(1), Duration.ofSeconds(20)));
    }

    FetchFixture(Path temporary, Duration clientLimit, RetryPolicy retries) throws IOException {
        store = temporary.resolve("store");
        installed = temporary.resolve("installed");
        tiny = store.resolve("tiny");
        programs = Files.createDirectory(temporary.resolve("bin"));
        Catalogue catalogue = new Catalogue(store, List.of(installed));
        fetcher = new DataFetcher(catalogue, new PackageClients(List.of(programs), clientLimit), retries);
    }

    @Override
    public void step(String sentence) {
        steps.add(sentence);
    }

    FetchReport fetch(FetchSource source) {
        return fetcher.fetch(TinySet.KNOWN, source, this);
    }

    /**
     * Puts a program on the PATH.
     *
     * @param name its name
     * @param script what it does, for {@code sh}; programs it needs are named by their paths
     */
    void install(String name, String script) throws IOException {
        Path program = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    /** Checks that the store holds the set, raw, and nothing else. */
    void assertStored(FetchReport report) throws IOException {
        assertFalse(report.alreadyPresent());
        assertEquals(Stream.of(IdxPart.values()).map(IdxPart::fileName).toList(), report.fetched());
        assertEquals(tiny.toString(), report.where());
        for (IdxPart part : IdxPart.values()) {
            assertArrayEquals(TinySet.raw(part), Files.readAllBytes(tiny.resolve(part.fileName())));
        }
        assertEquals(4, filesIn(store).size());
    }

    /** Checks that fetching fails for a reason, in one sentence, and leaves nothing behind. */
    <X extends RuntimeException> void assertFails(Class<X> kind, FetchSource source, String reason) throws IOException {
        X failure = assertThrows(kind, () -> fetch(source));
        String message = String.valueOf(failure.getMessage());
        assertTrue(message.contains(reason), message);
        assertTrue(message.endsWith(".") && !message.contains("\n") && !message.contains(". "), message);
        assertEquals(List.of(), filesIn(store));
        assertFalse(Files.exists(tiny));
    }

    static List<Path> filesIn(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.filter(path -> !Files.isDirectory(path)).toList();
        }
    }
}

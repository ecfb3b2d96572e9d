package org.equipoise.data.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.equipoise.data.Catalogue;
import org.equipoise.data.TinySet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndedFetchTest {
    @TempDir
    Path temporary;

    @Test
    void leavesNoFilesAndNoClientWhenTheProcessIsToldToEnd() throws Exception {
        FetchFixture fixture = new FetchFixture(temporary);
        Path pid = temporary.resolve("pid");
        fixture.install("npm", "/bin/sleep 0.3\necho $$ > " + pid + "\nexec /bin/sleep 60");
        Process fetching = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        placeOf(DataFetcher.class) + File.pathSeparator + placeOf(EndlessFetch.class),
                        EndlessFetch.class.getName(),
                        fixture.store.toString(),
                        fixture.programs.toString())
                .inheritIO()
                .start();
        try {
            while (fetching.isAlive() && (!Files.exists(pid) || Files.size(pid) == 0)) {
                Thread.sleep(10);
            }
            long client = Long.parseLong(Files.readString(pid).strip());
            assertEquals(1, filesAndFoldersIn(fixture.tiny).size());

            fetching.destroy();

            assertTrue(fetching.waitFor(20, TimeUnit.SECONDS), "it still runs");
            assertEquals(List.of(), filesAndFoldersIn(fixture.tiny));
            ProcessHandle.of(client)
                    .ifPresent(process ->
                            process.onExit().orTimeout(10, TimeUnit.SECONDS).join());
        } finally {
            fetching.destroyForcibly();
        }
    }

    private static List<Path> filesAndFoldersIn(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> listing = Files.list(folder)) {
            return listing.toList();
        }
    }

    private static String placeOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    /** Fetches into a store with the clients of a folder. */
    static final class EndlessFetch {
        private EndlessFetch() {}

        public static void main(String... arguments) {
            Catalogue catalogue = new Catalogue(Path.of(arguments[0]), List.of());
            PackageClients clients = new PackageClients(List.of(Path.of(arguments[1])), Duration.ofMinutes(1));
            new DataFetcher(catalogue, clients, RetryPolicy.DEFAULT)
                    .fetch(TinySet.KNOWN, new NpmSource("tiny-data", "1.2.3", "data"), FetchProgress.SILENT);
        }
    }
}
